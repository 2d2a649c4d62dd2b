//! Why a use case failed. Wraps the errors of the parts it uses, each under its own variant, so that the exit code can
//! be chosen in one place.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use crate::fetch::{CatalogError, DownloadError, DownloadsError};
use crate::host::{FileError, Interrupted, LockError, ProcessError};
use crate::index::InvalidIndexUrl;
use crate::launcher::SidecarError;
use crate::lock::LockError as LockFileError;
use crate::python::{InvalidPythonRequest, PythonError};
use crate::resolve::ResolveError;
use crate::store::{AssembleError, Assembly, StoreError};
use crate::venv::VenvError;
use crate::vocab::{PackageName, WheelName};

use super::AppName;

/// A failed use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("failed to assemble the environment")]
    Assemble(#[from] AssembleError),
    /// A command's place in the bin directory is taken by a directory: those are never replaced.
    #[error("`{}` is a directory, where a command has to go", path.display())]
    CommandDirectory { path: PathBuf },
    /// A command's place in the bin directory is taken by a file that is not ours.
    #[error("`{}` already exists and was not put there by kingbolt", path.display())]
    CommandForeign { path: PathBuf },
    /// A command of that name belongs to another application.
    #[error("the command `{command}` belongs to the installed application `{app}`")]
    CommandTaken { command: String, app: AppName },
    /// The directory to make an environment in holds something else.
    #[error("`{}` is not an environment made by kingbolt, and not empty", path.display())]
    ForeignEnvironment { path: PathBuf },
    #[error("`{}` is not a pointer to a generation", path.display())]
    ForeignPointer { path: PathBuf },
    #[error(transparent)]
    Files(#[from] FileError),
    /// A program of the application runs, or has a file of it open.
    #[error("`{app}` is in use")]
    InUse { app: AppName, source: FileError },
    #[error(transparent)]
    Index(#[from] InvalidIndexUrl),
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error("failed to read the lock `{}`", path.display())]
    LockFile { path: PathBuf, source: LockFileError },
    #[error("failed to understand `{}`", path.display())]
    Malformed { path: PathBuf, source: Box<dyn Error + Send + Sync> },
    #[error("`{}` was written by a newer kingbolt (schema {schema})", path.display())]
    NewerSchema { path: PathBuf, schema: i64 },
    /// The package has nothing to put on PATH.
    #[error("`{package}` has no commands")]
    NoCommands { package: PackageName, dependencies: Vec<PackageName> },
    #[error("`{app}` is not installed")]
    NotInstalled { app: AppName, installed: Vec<AppName> },
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Download(#[from] DownloadError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Python(#[from] PythonError),
    #[error(transparent)]
    PythonRequest(#[from] InvalidPythonRequest),
    #[error(transparent)]
    Resolve(#[from] Box<ResolveError<CatalogError>>),
    #[error("failed to write the launcher `{}`", path.display())]
    Sidecar { path: PathBuf, source: SidecarError },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("failed to write {what}")]
    Unwritable { what: &'static str, source: toml::ser::Error },
    /// A wheel was in the store and is not any more.
    #[error("`{wheel}` vanished from the store")]
    Vanished { wheel: WheelName },
    #[error("failed to create the environment")]
    Venv(#[from] VenvError),
    /// Several commands, and none that is meant more than the others.
    #[error("{}", which_command(package, asked.as_deref()))]
    WhichCommand { package: PackageName, asked: Option<String>, commands: Vec<String> },
}

impl From<DownloadsError<StoreError>> for AppError {
    fn from(error: DownloadsError<StoreError>) -> Self {
        match error {
            DownloadsError::Download(error) => Self::Download(error),
            DownloadsError::Destination(error) => Self::Store(error),
        }
    }
}

impl AppError {
    /// The error for a package without commands, with those dependencies that have some.
    pub fn no_commands(package: &PackageName, assembly: &Assembly) -> Self {
        let with_commands = assembly.wheels.iter().filter(|wheel| !wheel.commands.is_empty());
        Self::NoCommands {
            package: package.clone(),
            dependencies: with_commands.map(|wheel| wheel.name.clone()).collect(),
        }
    }

    /// Whether the same may succeed a little later: the network failed on the way.
    pub(super) fn is_passing(&self) -> bool {
        matches!(self, Self::Download(DownloadError::Network { .. } | DownloadError::Short { .. }))
    }

    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Assemble(error) => error.hint(),
            Self::Catalog(error) => error.hint(),
            Self::CommandDirectory { .. } => Some("move the directory away".to_owned()),
            Self::CommandForeign { .. } => Some("pass `--force` to replace it, or move it away".to_owned()),
            Self::CommandTaken { app, .. } => Some(format!(
                "uninstall it first: `kingbolt uninstall {app}`, or pass `--force` to take the command over"
            )),
            Self::Download(error) => error.hint(),
            Self::ForeignEnvironment { .. } => Some("choose another directory, or empty this one first".to_owned()),
            Self::ForeignPointer { path } | Self::Malformed { path, .. } => {
                Some(format!("remove `{}` and install again", path.parent().unwrap_or(path).display()))
            }
            Self::InUse { app, .. } => Some(format!("end every program of `{app}`, then try again")),
            Self::LockFile { source, .. } => source.hint(),
            Self::NewerSchema { .. } => Some("update kingbolt".to_owned()),
            Self::NoCommands { package, dependencies } => Some(match dependencies.as_slice() {
                [] => format!("`{package}` is a library: install it beside an application with `--with {package}`"),
                [only] => format!("its dependency `{only}` has: `kingbolt install {only} --with {package}`"),
                [first, ..] => format!(
                    "its dependencies {} have: to install one with it, `kingbolt install {first} --with {package}`",
                    dependencies.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
                ),
            }),
            Self::NotInstalled { installed, .. } => {
                let names: Vec<&str> = installed.iter().filter(|name| !name.is_hidden()).map(AppName::as_str).collect();
                Some(match names.as_slice() {
                    [] => "nothing is installed".to_owned(),
                    names => format!("installed are: {}", names.join(", ")),
                })
            }
            Self::Python(error) => error.hint(),
            Self::PythonRequest(_) => Some("give a version (`3.12`), a specifier (`>=3.10`) or a path".to_owned()),
            Self::Resolve(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Venv(error) => error.hint(),
            Self::Vanished { .. } => Some("try again".to_owned()),
            Self::WhichCommand { package, commands, .. } => match commands.as_slice() {
                [] => None,
                [only] => Some(format!("it has one command: `kingbolt run --command {only} {package}`")),
                [first, ..] => Some(format!(
                    "it has the commands {}: name one, as in `kingbolt run --command {first} {package}`",
                    commands.iter().map(|command| format!("`{command}`")).collect::<Vec<_>>().join(", ")
                )),
            },
            Self::Files(error) => file_hint(error),
            Self::Lock(LockError::Busy { .. }) => Some("wait for the other process, then try again".to_owned()),
            Self::Index(_)
            | Self::Interrupted(_)
            | Self::Lock(_)
            | Self::Process(_)
            | Self::Sidecar { .. }
            | Self::Unwritable { .. } => None,
        }
    }
}

/// Advice for failed acts on files that were named.
fn file_hint(error: &FileError) -> Option<String> {
    (error.source.kind() == io::ErrorKind::NotFound).then(|| "check the path".to_owned())
}

/// Advice for whatever failed on our own directories, by what the system said.
pub fn directories_hint(kind: io::ErrorKind) -> Option<String> {
    use io::ErrorKind;
    match kind {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Some(
            "make it writable, or choose other directories with KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR"
                .to_owned(),
        ),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("free some space, or choose another disk with KINGBOLT_HOME and KINGBOLT_CACHE_DIR".to_owned())
        }
        ErrorKind::NotADirectory => Some(
            "move the file away that stands where a directory is needed, or choose other directories with \
             KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR"
                .to_owned(),
        ),
        _ => None,
    }
}

fn which_command(package: &PackageName, asked: Option<&str>) -> String {
    match asked {
        Some(asked) => format!("`{package}` has no command `{asked}`"),
        None => format!("`{package}` has several commands, and none is named like it"),
    }
}
