//! Exit codes: decided once, here. The README and `--help` show the same table; a test compares them.

use std::error::Error;
use std::io;

use crate::app::AppError;
use crate::fetch::{CatalogError, DownloadError};
use crate::host::{LockError, NetworkError};
use crate::lock::LockFileError;
use crate::resolve::{InvalidDirectReference, ResolveError};
use crate::store::StoreError;

use super::error::CliError;
use super::settings::SettingsError;

/// How the process ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Exit {
    Done,
    Failed,
    Usage,
    NoResolution,
    Verification,
    Network,
    Unsuitable,
    Busy,
    Preflight,
    Interrupted,
}

/// The documented codes, in order, with what they mean.
pub(super) const CODES: &[(Exit, &str)] = &[
    (Exit::Done, "success"),
    (Exit::Failed, "failure"),
    (Exit::Usage, "invalid command line"),
    (Exit::NoResolution, "no matching versions"),
    (Exit::Verification, "verification failed: hash, size, RECORD or archive"),
    (Exit::Network, "network error"),
    (Exit::Unsuitable, "no suitable Python, platform or wheel"),
    (Exit::Busy, "busy: another Kingbolt process is changing the app, or the app is running"),
    (Exit::Preflight, "file system error: disk space, permissions or path"),
    (Exit::Interrupted, "interrupted with Ctrl-C"),
];

/// The table as `--help` shows it.
pub(super) fn table() -> String {
    let rows: Vec<String> = CODES.iter().map(|(exit, meaning)| format!("  {:<5}{meaning}", exit.code())).collect();
    format!("Exit codes:\n{}\n`kingbolt run` exits with the code of the command it runs.", rows.join("\n"))
}

impl Exit {
    /// The number that the shell sees.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NoResolution => 3,
            Self::Verification => 4,
            Self::Network => 5,
            Self::Unsuitable => 6,
            Self::Busy => 7,
            Self::Preflight => 8,
            Self::Interrupted => 130,
        }
    }
}

/// The exit for an error: by what the outermost error says, else by what caused it.
pub(super) fn exit_of(error: &CliError) -> Exit {
    match error {
        CliError::App(error) => of_app(error),
        CliError::AppName { .. }
        | CliError::Extra(_)
        | CliError::Index(_)
        | CliError::NoCommand { .. }
        | CliError::OneName
        | CliError::Requirement(_)
        | CliError::Source(_) => Exit::Usage,
        CliError::Interrupted(_) => Exit::Interrupted,
        CliError::OfApp { source, .. } | CliError::Partly { source, .. } => exit_of(source),
        CliError::Output { .. } | CliError::Process(_) => Exit::Failed,
        CliError::Some { exit, .. } => *exit,
        CliError::Unverified { .. } => Exit::Verification,
        CliError::Settings(SettingsError::NoHome) => Exit::Preflight,
    }
}

fn of_app(error: &AppError) -> Exit {
    match error {
        AppError::Interrupted(_) | AppError::Lock(LockError::Interrupted(_)) => Exit::Interrupted,
        AppError::InUse { .. }
        | AppError::Lock(LockError::Busy { .. })
        | AppError::Store(StoreError::Lock { source: LockError::Busy { .. } }) => Exit::Busy,
        AppError::PythonRequest(_) => Exit::Usage,
        AppError::CheckFailed { .. } | AppError::NoOtherGeneration { .. } | AppError::NoSuchGeneration { .. } => {
            Exit::Failed
        }
        AppError::CommandDirectory { .. }
        | AppError::CommandForeign { .. }
        | AppError::CommandTaken { .. }
        | AppError::ForeignEnvironment { .. }
        | AppError::ForeignReceipt { .. } => Exit::Preflight,
        AppError::Python(_) | AppError::Unusable { .. } => Exit::Unsuitable,
        AppError::Catalog(error) => of_catalog(error),
        AppError::Download(error) => of_download(error),
        AppError::LockFile { source, .. } => of_lock_file(source),
        AppError::Resolve(error) => of_resolve(error),
        AppError::Damaged { .. } | AppError::Store(StoreError::Refused { .. }) => Exit::Verification,
        AppError::Assemble(_)
        | AppError::Files(_)
        | AppError::ForeignPointer { .. }
        | AppError::Index(_)
        | AppError::Lock(LockError::Io { .. })
        | AppError::Malformed { .. }
        | AppError::NewerSchema { .. }
        | AppError::NoCommands { .. }
        | AppError::NotInstalled { .. }
        | AppError::Process(_)
        | AppError::Sidecar { .. }
        | AppError::Store(_)
        | AppError::Unwritable { .. }
        | AppError::Vanished { .. }
        | AppError::Venv(_)
        | AppError::WhichCommand { .. } => by_cause(error),
    }
}

fn of_resolve(error: &ResolveError<CatalogError>) -> Exit {
    match error {
        ResolveError::Conflict { .. }
        | ResolveError::Impossible { .. }
        | ResolveError::NoMatchingVersion { .. }
        | ResolveError::OnlyYanked { .. }
        | ResolveError::Quarantined { .. }
        | ResolveError::TooManyTries { .. }
        | ResolveError::TooMuchWork { .. }
        | ResolveError::UnknownPackage { .. } => Exit::NoResolution,
        ResolveError::DirectReference { source, .. } => match source {
            InvalidDirectReference::Machine { .. } => Exit::Unsuitable,
            _ => Exit::Usage,
        },
        ResolveError::Fetch { source, .. } => of_catalog(source),
        ResolveError::MissingDigest { .. } => Exit::Verification,
        ResolveError::NoWheel { .. }
        | ResolveError::OnlySource { .. }
        | ResolveError::OtherPython { .. }
        | ResolveError::Unsuitable { .. } => Exit::Unsuitable,
    }
}

fn of_catalog(error: &CatalogError) -> Exit {
    match error {
        CatalogError::MetadataDigest { .. } => Exit::Verification,
        CatalogError::FindLinks { .. }
        | CatalogError::FindLinksNotCached { .. }
        | CatalogError::LookUp { .. }
        | CatalogError::Metadata { .. }
        | CatalogError::MetadataNotCached { .. }
        | CatalogError::NoFindLinks { .. }
        | CatalogError::NoIndexDirectory { .. }
        | CatalogError::PageNotCached { .. }
        | CatalogError::FindLinksPage { .. }
        | CatalogError::Page { .. } => Exit::Network,
        CatalogError::Interrupted(_) => Exit::Interrupted,
        CatalogError::File(_) | CatalogError::Read { .. } | CatalogError::Unusable { .. } => by_cause(error),
    }
}

fn of_download(error: &DownloadError) -> Exit {
    match error {
        DownloadError::Interrupted(_) => Exit::Interrupted,
        DownloadError::Long { .. }
        | DownloadError::WrongDigest { .. }
        | DownloadError::WrongRange { .. }
        | DownloadError::WrongSize { .. } => Exit::Verification,
        DownloadError::Network { .. } | DownloadError::Page { .. } | DownloadError::Short { .. } => Exit::Network,
        DownloadError::Address { .. } | DownloadError::File { .. } | DownloadError::Lock { .. } => by_cause(error),
    }
}

fn of_lock_file(error: &LockFileError) -> Exit {
    match error {
        LockFileError::MissingDigest { .. } => Exit::Verification,
        LockFileError::Environment { .. }
        | LockFileError::NoWheel { .. }
        | LockFileError::OtherPython { .. }
        | LockFileError::PackageOtherPython { .. }
        | LockFileError::SourceOnly { .. } => Exit::Unsuitable,
        LockFileError::UnknownExtra { .. } | LockFileError::UnknownGroup { .. } => Exit::Usage,
        LockFileError::Ambiguous { .. }
        | LockFileError::ConflictingSources { .. }
        | LockFileError::EscapingPath { .. }
        | LockFileError::InvalidAddress { .. }
        | LockFileError::InvalidDigest { .. }
        | LockFileError::InvalidWheelName { .. }
        | LockFileError::NoPlace { .. }
        | LockFileError::OtherWheel { .. }
        | LockFileError::Syntax(_)
        | LockFileError::UnsupportedVersion { .. } => Exit::Failed,
    }
}

/// Files that cannot be read or written because of permissions or space stop every act alike, and so does a network
/// that does not work.
fn by_cause(error: &(dyn Error + 'static)) -> Exit {
    let mut next = Some(error);
    while let Some(cause) = next {
        if cause.is::<NetworkError>() {
            return Exit::Network;
        }
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        if kind.is_some_and(|kind| PREFLIGHT.contains(&kind)) {
            return Exit::Preflight;
        }
        next = cause.source();
    }
    Exit::Failed
}

/// What the system says when a disk, permissions or a path do not allow something.
const PREFLIGHT: &[io::ErrorKind] = &[
    io::ErrorKind::PermissionDenied,
    io::ErrorKind::ReadOnlyFilesystem,
    io::ErrorKind::StorageFull,
    io::ErrorKind::QuotaExceeded,
    io::ErrorKind::NotADirectory,
    // What Windows says where a file stands in the place of a directory.
    io::ErrorKind::AlreadyExists,
    io::ErrorKind::InvalidFilename,
    // Links, or locks on files.
    io::ErrorKind::Unsupported,
];
