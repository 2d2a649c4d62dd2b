//! The exit code of every error: decided once, here.

use std::error::Error;
use std::io;

use crate::app::{AppError, LockedAppError, ManagedPythonError, PackageError};
use crate::archive::tar::TarError;
use crate::archive::zip::ArchiveError;
use crate::build::BuildError;
use crate::fetch::{CatalogError, DownloadError};
use crate::host::{LockError, NetworkError};
use crate::lock::LockFileError;
use crate::release::ReleaseError;
use crate::resolve::{InvalidDirectReference, ResolveError};
use crate::store::{AssembleError, StoreError};

use super::error::CliError;
use super::exit::Exit;
use super::key_error::KeyError;
use super::setting::SettingsError;

impl CliError {
    /// The way the process ends: by what the outermost error says, else by its cause.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::App(error) => of_app(error),
            Self::AppName { .. }
            | Self::PackageName(_)
            | Self::ConfigSetting { .. }
            | Self::Extra(_)
            | Self::Group(_)
            | Self::LockLocation(_)
            | Self::EmptyProgram
            | Self::ManagedEnvironment { .. }
            | Self::Manifest { .. }
            | Self::ManifestOptions
            | Self::NoCommand { .. }
            | Self::NoTopic { .. }
            | Self::OneName
            | Self::ScriptOption { .. }
            | Self::Suffix { .. }
            | Self::Requirement(_)
            | Self::Settings(SettingsError::Invalid { .. } | SettingsError::Locked { .. } | SettingsError::Typed(_))
            | Self::Source(_) => Exit::Usage,
            Self::Interrupted(_) => Exit::Interrupted,
            Self::Of { source, .. } | Self::Partly { source, .. } => source.exit(),
            Self::Key(error) => of_key(error),
            Self::Release(error) => of_release(error),
            Self::ForeignOptions { .. }
            | Self::ForeignRemoval { .. }
            | Self::NoForeignProgram { .. }
            | Self::NoProgram { .. }
            | Self::Output { .. }
            | Self::Process(_) => Exit::Failed,
            Self::Some { exit, .. } => *exit,
            Self::Unverified { .. } => Exit::Verification,
            Self::NotForPath { .. }
            | Self::Settings(SettingsError::NoHome)
            | Self::Profile { .. }
            | Self::UserPath { .. } => Exit::Preflight,
        }
    }
}

#[expect(clippy::too_many_lines, reason = "a table: each error and its exit code")]
fn of_app(error: &AppError) -> Exit {
    match error {
        AppError::Interrupted(_) => Exit::Interrupted,
        AppError::InUse { .. } => Exit::Busy,
        AppError::Lock(source) | AppError::Store(StoreError::Lock { source }) => of_lock(source),
        AppError::PythonRequest(_) | AppError::Script { .. } | AppError::UnnamedSource { .. } => Exit::Usage,
        AppError::CheckFailed { .. } | AppError::NoOtherGeneration { .. } | AppError::NoSuchGeneration { .. } => {
            Exit::Failed
        }
        AppError::CommandDirectory { .. }
        | AppError::CommandForeign { .. }
        | AppError::CommandTaken { .. }
        | AppError::EnvironmentNotExecutable { .. }
        | AppError::FewInodes { .. }
        | AppError::ForeignEnvironment { .. }
        | AppError::ForeignReceipt { .. }
        | AppError::HomeNotExecutable { .. }
        | AppError::InTheWay { .. }
        | AppError::LittleSpace { .. }
        | AppError::LongPath { .. }
        | AppError::NoSuchFile { .. }
        | AppError::NotOurs { .. }
        | AppError::Obstacles { .. } => Exit::Preflight,
        // A path that the person named, or the place of one: a missing program is something else.
        AppError::Files(error) if error.source.kind() == io::ErrorKind::NotFound => Exit::Preflight,
        AppError::NoGpu { .. } | AppError::Python(_) | AppError::PythonNeeded { .. } | AppError::Unusable { .. } => {
            Exit::Unsuitable
        }
        AppError::ManagedPython(source) => of_managed_python(source),
        AppError::Build(error) => of_build(error),
        AppError::NoBuild { source, .. } | AppError::Source { source, .. } => of_app(source),
        AppError::LockDownload { .. } | AppError::SignatureDownload { .. } | AppError::SourceDownload { .. } => {
            Exit::Network
        }
        AppError::Catalog(error) => of_catalog(error),
        AppError::Download(error) => of_download(error),
        AppError::LockFile { source, .. } => of_lock_file(source),
        AppError::LockedApp(error) => of_locked_app(error),
        AppError::Resolve(error) => of_resolve(error),
        AppError::Assemble(AssembleError::Reserved { .. })
        | AppError::Damaged { .. }
        | AppError::DamagedGeneration { .. }
        | AppError::MissingSignature { .. }
        | AppError::NotARelease { .. }
        | AppError::OtherMetadata { .. }
        | AppError::OtherRelease { .. }
        | AppError::RejectedSignature { .. }
        | AppError::Store(StoreError::Refused { .. })
        | AppError::UnhashedLock { .. }
        | AppError::WrongFile { .. }
        | AppError::WrongFileSize { .. } => Exit::Verification,
        AppError::Assemble(_)
        | AppError::Files(_)
        | AppError::ForeignPointer { .. }
        | AppError::ForeignRecord { .. }
        | AppError::Index(_)
        | AppError::Malformed { .. }
        | AppError::NewerSchema { .. }
        | AppError::NoCommands { .. }
        | AppError::InjectedItself { .. }
        | AppError::NotInjected { .. }
        | AppError::NotInstalled { .. }
        | AppError::Process(_)
        | AppError::Sidecar { .. }
        | AppError::Store(_)
        | AppError::Unwritable { .. }
        | AppError::Vanished { .. }
        | AppError::Venv(_)
        | AppError::WouldBuild { .. }
        | AppError::WhichCommand { .. } => by_cause(error),
    }
}

fn of_managed_python(error: &ManagedPythonError) -> Exit {
    match error {
        ManagedPythonError::Archive { source, .. } => match **source {
            TarError::Archive { .. } | TarError::Entry { .. } => Exit::Verification,
            TarError::Read { .. } => by_cause(error),
        },
        ManagedPythonError::OtherArchive { .. } => Exit::Verification,
        ManagedPythonError::DownloadsOff { .. }
        | ManagedPythonError::NoBuild(_)
        | ManagedPythonError::Unusable { .. }
        | ManagedPythonError::Wrong { .. } => Exit::Unsuitable,
        ManagedPythonError::InUse { .. }
        | ManagedPythonError::NotInstalled { .. }
        | ManagedPythonError::Table { .. } => Exit::Failed,
    }
}

fn of_build(error: &BuildError) -> Exit {
    match error {
        BuildError::Interrupted(_) => Exit::Interrupted,
        BuildError::InvalidArchive { .. }
        | BuildError::OtherCommit { .. }
        | BuildError::Tar(TarError::Archive { .. } | TarError::Entry { .. })
        | BuildError::Zip(ArchiveError::Archive { .. } | ArchiveError::Entry { .. }) => Exit::Verification,
        BuildError::NotAProject | BuildError::OtherProject { .. } => Exit::Usage,
        BuildError::Backend { .. }
        | BuildError::Files(_)
        | BuildError::Git { .. }
        | BuildError::InvalidProject { .. }
        | BuildError::NoHook { .. }
        | BuildError::NoMetadata { .. }
        | BuildError::NoWheel { .. }
        | BuildError::Process(_)
        | BuildError::Tar(TarError::Read { .. })
        | BuildError::Zip(ArchiveError::Read { .. }) => by_cause(error),
    }
}

fn of_key(error: &KeyError) -> Exit {
    match error {
        KeyError::NoPassword | KeyError::NoPublicKey { .. } | KeyError::NoSecretKey | KeyError::PublicKey { .. } => {
            Exit::Usage
        }
        KeyError::EmptyPassword
        | KeyError::Input { .. }
        | KeyError::Password { .. }
        | KeyError::PasswordsDiffer
        | KeyError::SecretKey { .. } => Exit::Failed,
    }
}

fn of_release(error: &ReleaseError) -> Exit {
    match error {
        ReleaseError::Lock { source, .. } => of_lock_file(source),
        ReleaseError::File(_)
        | ReleaseError::KeyExists { .. }
        | ReleaseError::KeyPair(_)
        | ReleaseError::NotARelease { .. }
        | ReleaseError::Signing { .. } => by_cause(error),
    }
}

fn of_resolve(error: &ResolveError<PackageError>) -> Exit {
    match error {
        ResolveError::Conflict { .. }
        | ResolveError::ForeignAddress { .. }
        | ResolveError::Impossible { .. }
        | ResolveError::NoMatchingVersion { .. }
        | ResolveError::NoUploadTimes { .. }
        | ResolveError::OnlyYanked { .. }
        | ResolveError::Quarantined { .. }
        | ResolveError::TooManyTries { .. }
        | ResolveError::TooNew { .. }
        | ResolveError::TooMuchWork { .. }
        | ResolveError::UnknownPackage { .. } => Exit::NoResolution,
        ResolveError::DirectReference { source, .. } => match source {
            InvalidDirectReference::Machine { .. } => Exit::Unsuitable,
            _ => Exit::Usage,
        },
        ResolveError::Damaged(source) | ResolveError::Fetch { source, .. } => match source {
            PackageError::Catalog(source) => of_catalog(source),
            PackageError::Source(source) => of_app(source),
        },
        ResolveError::MissingDigest { .. } | ResolveError::UnhashedOverHttp { .. } => Exit::Verification,
        ResolveError::DependencyWithoutWheel { .. }
        | ResolveError::NewestWithoutWheel { .. }
        | ResolveError::NoWheel { .. }
        | ResolveError::OnlySource { .. }
        | ResolveError::OtherPython { .. }
        | ResolveError::Unsuitable { .. } => Exit::Unsuitable,
    }
}

fn of_catalog(error: &CatalogError) -> Exit {
    match error {
        CatalogError::MetadataDigest { .. } => Exit::Verification,
        CatalogError::Unusable { source, .. } if source.is_damage() => Exit::Verification,
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
        DownloadError::Network { .. }
        | DownloadError::Oversized { .. }
        | DownloadError::Page { .. }
        | DownloadError::Short { .. } => Exit::Network,
        DownloadError::Address { .. } | DownloadError::File { .. } => by_cause(error),
        DownloadError::Lock { source, .. } => of_lock(source),
    }
}

fn of_lock(error: &LockError) -> Exit {
    match error {
        LockError::Busy { .. } => Exit::Busy,
        LockError::Interrupted(_) => Exit::Interrupted,
        LockError::Io { .. } => by_cause(error),
        LockError::Unsafe { .. } => Exit::Preflight,
    }
}

fn of_locked_app(error: &LockedAppError) -> Exit {
    match error {
        LockedAppError::Injected { .. }
        | LockedAppError::UnknownCommands { .. }
        | LockedAppError::UnknownPackage { .. }
        | LockedAppError::Unnamed { .. } => Exit::Usage,
        LockedAppError::Changed { .. } | LockedAppError::Empty { .. } | LockedAppError::MissingCommand { .. } => {
            Exit::Failed
        }
        LockedAppError::Gone { .. } => Exit::Preflight,
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
        | LockFileError::InvalidCommit { .. }
        | LockFileError::InvalidDigest { .. }
        | LockFileError::InvalidWheelName { .. }
        | LockFileError::NoPlace { .. }
        | LockFileError::NotText
        | LockFileError::OtherSdist { .. }
        | LockFileError::OtherWheel { .. }
        | LockFileError::RepeatedWheel { .. }
        | LockFileError::Syntax(_)
        | LockFileError::UnsupportedVersion { .. }
        | LockFileError::UnusableMarker { .. } => Exit::Failed,
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

/// The system's errors for disks, permissions and paths.
const PREFLIGHT: &[io::ErrorKind] = &[
    io::ErrorKind::PermissionDenied,
    io::ErrorKind::ReadOnlyFilesystem,
    io::ErrorKind::StorageFull,
    io::ErrorKind::QuotaExceeded,
    io::ErrorKind::NotADirectory,
    // Windows reports this if a file has the name of a needed directory.
    io::ErrorKind::AlreadyExists,
    io::ErrorKind::InvalidFilename,
    // Links, or locks on files.
    io::ErrorKind::Unsupported,
];
