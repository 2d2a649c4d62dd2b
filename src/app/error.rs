//! Why a use case failed. Wraps the errors of the parts it uses, each under its own variant, so that the exit code can
//! be chosen in one place.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::iter;
use std::path::PathBuf;

use crate::accelerator::Label;
use crate::build::BuildError;
use crate::fetch::{CatalogError, DownloadError, DownloadsError};
use crate::host::{FileError, Interrupted, LockError, NetworkError, ProcessError};
use crate::index::InvalidIndexUrl;
use crate::launcher::SidecarError;
use crate::lock::{InvalidRelease, LockFileError};
use crate::python::{InvalidPythonRequest, PythonError};
use crate::resolve::ResolveError;
use crate::store::{AssembleError, Difference, StoreError};
use crate::trust::RejectedSignature;
use crate::venv::VenvError;
use crate::vocab::{
    Address, ByteCount, Digest, Location, PackageName, Release, Requirement, Version, WheelName, joined,
};

use super::change::CommandOwner;
use super::locked_app_error::LockedAppError;
use super::managed_python_error::ManagedPythonError;
use super::request::{InvalidRecord, InvalidScript};
use super::state::{AppName, MarkedDirectory};

/// A failed use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("failed to assemble the environment")]
    Assemble(#[from] AssembleError),
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The new version was built but does not work.
    #[error("`{app}` {version} does not work on this machine: {}", failures.join("; "))]
    CheckFailed { app: AppName, version: Version, failures: Vec<String> },
    /// A directory has the name of a command in the bin directory; directories are never replaced.
    #[error("failed to create the command `{}`: it is a directory", path.display())]
    CommandDirectory { path: PathBuf },
    /// Somebody else's file has the name of a command in the bin directory.
    #[error("`{}` already exists and was not created by Kingbolt{}", path.display(), belongs_to(owner.as_ref()))]
    CommandForeign { path: PathBuf, owner: Option<CommandOwner> },
    /// A command of that name belongs to another app.
    #[error("the command `{command}` belongs to the installed app `{app}`")]
    CommandTaken { command: String, app: AppName },
    /// Files have changed since the installation.
    #[error("`{app}` is damaged: {problem}")]
    Damaged { app: AppName, problem: String },
    /// Files of a generation that is not current have changed since the installation.
    #[error("generation {number} of `{app}` is damaged: {}", list_of(differences))]
    DamagedGeneration { app: AppName, number: u32, differences: Vec<Difference> },
    /// The environment would lie where nothing can be started.
    #[error("`{}` is on a file system that is mounted with `noexec`", path.display())]
    EnvironmentNotExecutable { path: PathBuf },
    /// The record of another tool about an app of its own.
    #[error("failed to use `{}`", path.display())]
    ForeignRecord { path: PathBuf, source: Box<InvalidRecord> },
    /// The directory of the new environment has other content.
    #[error("`{}` is not empty and was not created by Kingbolt", path.display())]
    ForeignEnvironment { path: PathBuf },
    /// A file of the person is where the new environment needs one.
    #[error("`{}` was not created by Kingbolt, and the new environment needs its path", path.display())]
    InTheWay { path: PathBuf },
    #[error("the pointer `{}` is a directory", path.display())]
    ForeignPointer { path: PathBuf },
    #[error("the receipt `{}` is a directory", path.display())]
    ForeignReceipt { path: PathBuf },
    #[error(transparent)]
    Files(#[from] FileError),
    /// A file system has fewer free inodes than files and directories are to be created there.
    #[error("not enough inodes in {}: {needed} needed, {free} free", paths(directories))]
    FewInodes { directories: Vec<PathBuf>, free: u64, needed: u64 },
    /// The apps would lie where nothing can be started.
    #[error("the home `{}` is on a file system that is mounted with `noexec`", path.display())]
    HomeNotExecutable { path: PathBuf },
    /// A program of the app runs, or has a file of it open.
    #[error("`{app}` is in use")]
    InUse { app: AppName, source: Option<FileError> },
    #[error(transparent)]
    Index(#[from] InvalidIndexUrl),
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// A file system has less space than a change takes.
    #[error("not enough space in {}: {} needed, {} free", paths(directories), ByteCount(*needed), ByteCount(*free))]
    LittleSpace { directories: Vec<PathBuf>, free: u64, needed: u64 },
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A path that Windows admits only with a setting.
    #[error("`{}` would be longer than {limit} characters", path.display())]
    LongPath { path: PathBuf, limit: usize },
    /// Several reasons that a change cannot begin.
    #[error("nothing was changed because of {} problems:{}", obstacles.len(), numbered(obstacles))]
    Obstacles { obstacles: Vec<Self> },
    #[error("failed to download the lock")]
    LockDownload { source: NetworkError },
    #[error(transparent)]
    LockedApp(#[from] LockedAppError),
    #[error("failed to read the lock `{lock}`")]
    LockFile { lock: Location, source: Box<LockFileError> },
    /// A signature was asked for.
    #[error("the lock `{lock}` is not signed: there is no `{signature}`")]
    MissingSignature { lock: Location, signature: Location },
    /// The signature holds, but for what is no release.
    #[error("`{lock}` is not the lock of a release")]
    NotARelease { lock: Location, source: InvalidRelease },
    /// The signature holds, but names another release.
    #[error("the lock `{lock}` is that of {stated}, but its signature is for {signed}")]
    OtherRelease { lock: Location, stated: Box<Release>, signed: Box<Release> },
    #[error("refused the signature of the lock `{lock}`")]
    RejectedSignature { lock: Location, source: RejectedSignature },
    #[error("failed to download the signature of the lock")]
    SignatureDownload { source: NetworkError },
    #[error("failed to parse `{}`", path.display())]
    Malformed { path: PathBuf, source: Box<dyn Error + Send + Sync> },
    #[error("`{}` was written by a newer version of Kingbolt (schema {schema})", path.display())]
    NewerSchema { path: PathBuf, schema: i64 },
    /// The request has no solution with builds of the label that the person named.
    #[error("no `{label}` builds fit the request")]
    NoBuild { label: Label, known: String, source: Box<Self> },
    /// A GPU is required.
    #[error("the build would be one for CPUs: {reason}")]
    NoGpu { reason: String },
    /// The package is not beside the app because a person asked for it.
    #[error("`{package}` was not added to `{app}`")]
    NotInjected { app: AppName, package: PackageName, injected: Vec<PackageName> },
    /// The package is not beside the app, but the app itself. `package` is its name as installed.
    #[error("`{package}` is the app `{app}` itself")]
    InjectedItself { app: AppName, package: PackageName, requirement: Box<Requirement> },
    /// The package has no entry points, but perhaps some of its dependencies have.
    #[error("`{package}` has no commands")]
    NoCommands { package: PackageName, dependencies: BTreeMap<PackageName, Vec<String>> },
    /// There is only the current generation.
    #[error("`{app}` has no other generation to switch to")]
    NoOtherGeneration { app: AppName },
    /// The requested generation does not exist.
    #[error("`{app}` has no generation {number}")]
    NoSuchGeneration { app: AppName, number: u32, there: Vec<u32> },
    /// A generation cannot be made current.
    #[error("generation {number} of `{app}` cannot be used: {problem}")]
    Unusable { app: AppName, number: u32, problem: String },
    /// A setting names a directory of somebody else.
    #[error("`{}` is not a {} of Kingbolt: it contains `{}`", directory.display(), kind.noun(), entry.display())]
    NotOurs { kind: MarkedDirectory, directory: PathBuf, entry: PathBuf },
    /// The person named a path.
    #[error("`{}` does not exist", path.display())]
    NoSuchFile { path: PathBuf },
    #[error("`{app}` is not installed")]
    NotInstalled { app: AppName, installed: Vec<AppName> },
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Download(#[from] DownloadError),
    #[error(transparent)]
    ManagedPython(#[from] ManagedPythonError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Python(#[from] PythonError),
    /// No Python that is there suits, and none is fetched.
    #[error("{error}")]
    PythonNeeded { error: Box<Self>, obstacle: FetchObstacle },
    #[error(transparent)]
    PythonRequest(#[from] InvalidPythonRequest),
    #[error("failed to read the metadata of the script `{}`", path.display())]
    Script { path: PathBuf, source: InvalidScript },
    #[error(transparent)]
    Resolve(Box<ResolveError<PackageError>>),
    #[error("failed to write the launcher `{}`", path.display())]
    Sidecar { path: PathBuf, source: SidecarError },
    /// Source code was not built, for a reason that its build gives.
    #[error("failed to build `{source_code}`")]
    Source { source_code: String, source: Box<Self> },
    #[error("failed to download `{file}`")]
    SourceDownload { file: String, source: NetworkError },
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Only a build can tell which package it is.
    #[error("`{source_code}` does not state the name of its package")]
    UnnamedSource { source_code: String },
    /// Anyone on the way could replace the lock, and all hashes in it.
    #[error("no hash is stated for the lock `{url}`, which comes over plain HTTP")]
    UnhashedLock { url: Address },
    #[error("failed to write {what}")]
    Unwritable { what: &'static str, source: toml::ser::Error },
    /// Other metadata of a wheel was stated than the wheel has.
    #[error("the {field} of `{wheel}` is not what its {stated_by} stated")]
    OtherMetadata { wheel: WheelName, field: &'static str, stated_by: StatedBy },
    /// A wheel was in the store and is gone.
    #[error("`{wheel}` disappeared from the store")]
    Vanished { wheel: WheelName },
    #[error("failed to create the environment")]
    Venv(#[from] VenvError),
    /// A file of the person's has another hash than was stated with its address.
    #[error("`{file}` does not have the stated hash: expected {expected}, got {got}")]
    WrongFile { file: String, expected: Digest, got: Digest },
    /// A source archive has another size than the lock or the index states.
    #[error("`{file}` does not have the stated size: expected {expected} bytes, got {got}")]
    WrongFileSize { file: String, expected: u64, got: u64 },
    /// A resolution that may build nothing needs a build.
    #[error("`{source_code}` has to be built")]
    WouldBuild { source_code: String },
    /// Several commands, and none that has the name of the package.
    #[error("{}", which_command(package, asked.as_deref()))]
    WhichCommand { package: PackageName, asked: Option<String>, commands: Vec<String> },
}

/// A reason why Kingbolt may not or cannot fetch a Python.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum FetchObstacle {
    Forbidden {
        version: Version,
    },
    Manual {
        version: Version,
    },
    /// There is no build of what is asked for, but there are these.
    NoBuild {
        available: Vec<Version>,
    },
    Offline {
        version: Version,
    },
}

impl AppError {
    /// The error itself, where it does not matter that a Python could be fetched.
    pub(in crate::app) fn without_need_of_python(self) -> Self {
        match self {
            Self::PythonNeeded { error, .. } => *error,
            error => error,
        }
    }
}

/// The failure to read a page or METADATA, or to build a source distribution, for a resolution.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Source(Box<AppError>),
}

/// The origin of metadata that a resolution was based on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum StatedBy {
    Server,
    /// The source distribution, or its backend before the build.
    Source,
}

impl fmt::Display for StatedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Server => "server",
            Self::Source => "source distribution",
        })
    }
}

impl From<Box<ResolveError<PackageError>>> for AppError {
    /// The failure of a build says all that there is to say.
    fn from(error: Box<ResolveError<PackageError>>) -> Self {
        match *error {
            ResolveError::Fetch { source: PackageError::Source(error), .. } => *error,
            error => Self::Resolve(Box::new(error)),
        }
    }
}

impl From<DownloadsError<Self>> for AppError {
    fn from(error: DownloadsError<Self>) -> Self {
        match error {
            DownloadsError::Download(error) => Self::Download(error),
            DownloadsError::Destination(error) => error,
        }
    }
}

impl AppError {
    /// Fails with the only obstacle, or with all of several.
    pub(super) fn of_obstacles(obstacles: Vec<Self>) -> Result<(), Self> {
        let mut obstacles = obstacles.into_iter();
        obstacles.next().map_or(Ok(()), |first| Err(first.and_others(obstacles.collect())))
    }

    /// The error itself, or all of them if there are others.
    pub(super) fn and_others(self, others: Vec<Self>) -> Self {
        if others.is_empty() {
            return self;
        }
        Self::Obstacles { obstacles: iter::once(self).chain(others).collect() }
    }

    /// Returns true if the wheels that a failed change brought into the store are of no use to a retry: the versions do not
    /// work, or are not what their server stated, or the disk is too full for them, or cannot hold an environment.
    pub(super) fn rules_out_a_retry(&self) -> bool {
        // A full disk, or one without symbolic links.
        let is_unfit =
            |kind| matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::Unsupported);
        matches!(self, Self::CheckFailed { .. } | Self::OtherMetadata { .. }) || system_errors(self).any(is_unfit)
    }
}

/// The kinds of the system's errors among an error and its causes, outermost first.
pub fn system_errors<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = ErrorKind> + 'a {
    let causes = iter::successors(Some(error), |error| Error::source(*error));
    causes.filter_map(|error| error.downcast_ref::<io::Error>().map(io::Error::kind))
}

/// An error and its causes in one line; a cause that only repeats the message before is left out.
pub fn in_one_line(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        next = cause.source();
    }
    text
}

/// The first paths that differ, and the number of the others.
fn list_of(differences: &[Difference]) -> String {
    const SHOWN: usize = 10;
    let shown = differences.iter().take(SHOWN);
    let mut parts: Vec<String> = shown.map(|one| format!("`{}` {}", one.path.display(), one.kind)).collect();
    if differences.len() > SHOWN {
        parts.push(format!("{} more", differences.len() - SHOWN));
    }
    parts.join(", ")
}

/// A line for each error, with its causes.
fn numbered(errors: &[AppError]) -> String {
    let line = |(index, error): (usize, &AppError)| format!("\n  {}. {}", index + 1, in_one_line(error));
    errors.iter().enumerate().map(line).collect()
}

fn belongs_to(owner: Option<&CommandOwner>) -> String {
    owner.map(|owner| format!(": it belongs to {owner}")).unwrap_or_default()
}

/// `one` and `another`, in backticks.
fn paths(paths: &[PathBuf]) -> String {
    let shown: Vec<String> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    joined(&shown)
}

fn which_command(package: &PackageName, asked: Option<&str>) -> String {
    match asked {
        Some(asked) => format!("`{package}` has no command `{asked}`"),
        None => format!("`{package}` has several commands, but none with its own name"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_full_or_has_no_links_leaves_nothing_for_a_retry() {
        let failed = |kind: ErrorKind| {
            AppError::from(FileError { act: "write", path: "wheel".into(), source: kind.into() }).rules_out_a_retry()
        };
        assert!(failed(ErrorKind::StorageFull) && failed(ErrorKind::QuotaExceeded) && failed(ErrorKind::Unsupported));
        assert!(!failed(ErrorKind::PermissionDenied));
    }
}
