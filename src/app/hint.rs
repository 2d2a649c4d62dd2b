//! Hints for failed use cases.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::host::{FileError, NetworkError};
use crate::resolve::ResolveError;
use crate::trust::RejectedSignature;
use crate::vocab::{PackageName, Requirement};

use super::change::CommandOwner;
use super::error::{AppError, FetchObstacle, PackageError, StatedBy, system_errors};
use super::state::AppName;

/// A directory in place of one on a file system that is mounted with `noexec`.
const EXECUTABLE: &str = "a directory from which programs can be started";

const LONG_PATH: &str = "set KINGBOLT_HOME to a shorter path, or let Windows use long ones: set `LongPathsEnabled` to 1 in the \
     registry key `HKLM\\SYSTEM\\CurrentControlSet\\Control\\FileSystem`";

const CHECK_PATH: &str = "check the path";

const MANIPULATED: &str = "the index or its mirror is damaged or was manipulated; try another one";

const NO_OTHER_GENERATION: &str = "it has no earlier generation; `kingbolt upgrade --keep N` keeps more than two";

const NO_GPU: &str = "leave out `--require-gpu` to accept it, or name a build with `--accelerator LABEL`";
const UNSIGNED: &str = "do not use this lock unless its publisher explains why";

const UNHASHED_LOCK: &str =
    "use an `https` URL, append `#sha256=HASH` to the URL, or accept any lock with `--allow-unhashed`";

const WRONG_FILE: &str = "do not use this file; get it from somewhere else";

impl AppError {
    /// Advice on how to fix the error.
    #[expect(clippy::too_many_lines, reason = "a table: each error and its advice")]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Assemble(error) => error.hint(),
            Self::Build(error) => error.hint(),
            Self::Catalog(error) => error.hint(),
            Self::CommandDirectory { .. } | Self::ForeignPointer { .. } | Self::ForeignReceipt { .. } => {
                Some("move or remove the directory".to_owned())
            }
            Self::CommandForeign { owner, .. } => Some(command_foreign(owner.as_ref())),
            Self::CommandTaken { app, .. } => Some(command_taken(app)),
            Self::Download(error) => error.hint(),
            Self::InTheWay { .. } => Some("move it away, or choose another directory".to_owned()),
            Self::EnvironmentNotExecutable { .. } => Some(format!("choose {EXECUTABLE}")),
            Self::HomeNotExecutable { .. } => Some(format!("set KINGBOLT_HOME to {EXECUTABLE}")),
            Self::ForeignEnvironment { .. } => Some("choose another directory, or empty this one".to_owned()),
            Self::CheckFailed { app, .. } => Some(check_failed(app)),
            Self::Damaged { app, .. } => Some(format!("run `kingbolt verify --repair {app}` to repair it")),
            Self::DamagedGeneration { app, .. } | Self::Unusable { app, .. } => {
                Some(format!("run `kingbolt verify --repair --all-generations {app}` to rebuild it"))
            }
            Self::NoOtherGeneration { .. } => Some(NO_OTHER_GENERATION.to_owned()),
            Self::NoSuchGeneration { there, .. } => Some(available(there)),
            Self::Malformed { path, .. } => Some(reinstall(path.parent().unwrap_or(path))),
            Self::ForeignRecord { .. } => Some("install the app with `kingbolt install`".to_owned()),
            Self::Obstacles { obstacles } => Some(obstacle_hints(obstacles)),
            Self::LongPath { .. } => Some(LONG_PATH.to_owned()),
            Self::FewInodes { .. } | Self::LittleSpace { .. } => directories_hint(io::ErrorKind::StorageFull),
            Self::InUse { app, .. } => Some(format!("quit all programs of `{app}`, then try again")),
            Self::LockDownload { source } => lock_download(source),
            Self::MissingSignature { .. } | Self::NotARelease { .. } | Self::OtherRelease { .. } => {
                Some(UNSIGNED.to_owned())
            }
            Self::RejectedSignature { source, .. } => Some(rejected(source).to_owned()),
            Self::SignatureDownload { source } => source.hint(),
            Self::LockFile { source, .. } => source.hint(),
            Self::LockedApp(error) => error.hint(),
            Self::NewerSchema { .. } => Some("update Kingbolt".to_owned()),
            Self::NoBuild { known, .. } => Some(known.clone()).filter(|known| !known.is_empty()),
            Self::NoGpu { .. } => Some(NO_GPU.to_owned()),
            Self::NoCommands { package, dependencies } => Some(no_commands(package, dependencies)),
            Self::NotOurs { kind, .. } => Some(not_ours(kind.variable())),
            Self::InjectedItself { app, package, requirement } => Some(itself(app, package, requirement)),
            Self::NotInjected { injected, .. } => not_injected(injected),
            Self::NotInstalled { installed, .. } => Some(not_installed(installed)),
            Self::Python(error) => error.hint(),
            Self::PythonNeeded { obstacle, .. } => Some(python_needed(obstacle)),
            Self::PythonRequest(_) => Some("pass a version (`3.12`), a specifier (`>=3.10`) or a path".to_owned()),
            Self::ManagedPython(error) => error.hint(),
            Self::Resolve(error) => resolve_hint(error),
            Self::Script { .. } => Some("correct the block, which has the form of PEP 723, or remove it".to_owned()),
            Self::Source { source, .. } => source.hint(),
            Self::SourceDownload { .. } => Some("check the address and the network".to_owned()),
            Self::Store(error) => error.hint(),
            Self::UnhashedLock { .. } => Some(UNHASHED_LOCK.to_owned()),
            Self::UnnamedSource { source_code } => Some(format!("name it: `NAME @ {source_code}`")),
            Self::WrongFile { .. } | Self::WrongFileSize { .. } => Some(WRONG_FILE.to_owned()),
            Self::Venv(error) => error.hint(),
            Self::Vanished { .. } => Some("try again".to_owned()),
            Self::WhichCommand { package, commands, .. } => which_command(package, commands),
            Self::OtherMetadata { stated_by: StatedBy::Server, .. } => Some(MANIPULATED.to_owned()),
            Self::Files(error) => file_hint(error),
            Self::NoSuchFile { .. } => Some(CHECK_PATH.to_owned()),
            Self::Lock(error) => error.hint(),
            Self::Index(_)
            | Self::Interrupted(_)
            | Self::OtherMetadata { stated_by: StatedBy::Source, .. }
            | Self::Process(_)
            | Self::Sidecar { .. }
            | Self::Unwritable { .. }
            | Self::WouldBuild { .. } => None,
        }
    }
}

fn command_taken(app: &AppName) -> String {
    format!("run `kingbolt uninstall {app}` first, or install with `--force` to replace the command")
}

fn check_failed(app: &AppName) -> String {
    format!(
        "the installed version of `{app}` was not changed; report this to its maintainers, or request another version \
         with `kingbolt install`"
    )
}

fn rejected(error: &RejectedSignature) -> &'static str {
    match error {
        RejectedSignature::OtherKey { .. } => {
            "use this lock only if its publisher announced that key where you trust it"
        }
        RejectedSignature::Comment
        | RejectedSignature::ForeignComment { .. }
        | RejectedSignature::Invalid(_)
        | RejectedSignature::OtherFile => UNSIGNED,
    }
}

fn lock_download(error: &NetworkError) -> Option<String> {
    if error.is_not_found() { Some("check the URL".to_owned()) } else { error.hint() }
}

/// How to get the Python that is needed.
fn python_needed(obstacle: &FetchObstacle) -> String {
    match obstacle {
        FetchObstacle::Forbidden { version } => format!(
            "Kingbolt can fetch Python {version}: run `kingbolt python install {version}` with KINGBOLT_PYTHON_DOWNLOADS=manual"
        ),
        FetchObstacle::Manual { version } => {
            format!("Kingbolt can fetch Python {version}: run `kingbolt python install {version}`")
        }
        FetchObstacle::NoBuild { available } => {
            let versions: Vec<String> = available.iter().map(ToString::to_string).collect();
            format!(
                "pass another version or the path of an interpreter with `--python`; Kingbolt can fetch Python {}",
                versions.join(", ")
            )
        }
        FetchObstacle::Offline { version } => {
            format!("Kingbolt can fetch Python {version}: run `kingbolt python install {version}` with a network")
        }
    }
}

fn available(generations: &[u32]) -> String {
    let numbers: Vec<String> = generations.iter().map(u32::to_string).collect();
    format!("available generations: {}", numbers.join(", "))
}

/// The hints for several errors, each once.
fn obstacle_hints(errors: &[AppError]) -> String {
    let mut hints: Vec<String> = Vec::new();
    for error in errors {
        let hint = error.hint().or_else(|| system_errors(error).find_map(directories_hint));
        hints.extend(hint.filter(|hint| !hints.contains(hint)));
    }
    hints.join("; ")
}

fn command_foreign(owner: Option<&CommandOwner>) -> String {
    match owner {
        Some(owner) => format!("run `{}` first, or pass `--force` to replace the command", owner.removal()),
        None => "pass `--force` to replace it, or move it".to_owned(),
    }
}

fn not_ours(variable: &str) -> String {
    format!("set {variable} to a directory that is empty or does not exist, or move away whatever is not Kingbolt's")
}

fn resolve_hint(error: &ResolveError<PackageError>) -> Option<String> {
    match error {
        ResolveError::Fetch { source: PackageError::Catalog(source), .. } => source.hint(),
        ResolveError::Fetch { source: PackageError::Source(source), .. } => source.hint(),
        error => error.hint(),
    }
}

/// Proposes the dependency with the command that the person may have wanted, else at most three.
fn no_commands(package: &PackageName, dependencies: &BTreeMap<PackageName, Vec<String>>) -> String {
    let install =
        |dependency: &PackageName| format!("`kingbolt install {package} --with-executables-from {dependency}`");
    let namesake = |(_, commands): &(_, &Vec<String>)| commands.iter().any(|command| command == package.as_str());
    if let Some((dependency, _)) = dependencies.iter().find(namesake) {
        return format!("`{dependency}` brings the command `{package}`; run {}", install(dependency));
    }
    let related = dependencies.iter().filter(|(name, commands)| is_part_of(package, name, commands));
    let related: Vec<&PackageName> = related.map(|(name, _)| name).collect();
    let names: Vec<&PackageName> = related.iter().copied().take(3).collect();
    match (names.as_slice(), related.len() - names.len()) {
        ([], _) => library(package, dependencies),
        ([only], _) => format!("its dependency `{only}` has commands; run {}", install(only)),
        ([first, ..], 0) => {
            format!("its dependencies {} have commands; run, for example, {}", quoted(&names), install(first))
        }
        ([first, ..], more) => {
            let names = quoted(&names);
            format!("its dependencies {names} and {more} more have commands; run, for example, {}", install(first))
        }
    }
}

/// Returns true if the commands of a dependency are those that somebody wants who installs the package: `ansible-core` of
/// `ansible`, and `nbconvert`, which has `jupyter-nbconvert`, of `jupyter`, but not `idna` of `requests`.
fn is_part_of(package: &PackageName, dependency: &PackageName, commands: &[String]) -> bool {
    let names = [dependency.as_str()].into_iter().chain(commands.iter().map(String::as_str));
    let rests = names.filter_map(|name| name.strip_prefix(package.as_str()));
    rests.into_iter().any(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

fn library(package: &PackageName, dependencies: &BTreeMap<PackageName, Vec<String>>) -> String {
    let library =
        format!("`{package}` is a library without commands; add it to an app: `kingbolt install APP --with {package}`");
    let Some(first) = dependencies.keys().next() else { return library };
    format!(
        "{library}; for commands of its dependencies, run, for example, `kingbolt install {package} --with-executables-from {first}`"
    )
}

fn reinstall(directory: &Path) -> String {
    format!("remove `{}` and reinstall the app", directory.display())
}

fn itself(app: &AppName, package: &PackageName, requirement: &Requirement) -> String {
    let install = if app.as_str() == package.as_str() {
        format!("`kingbolt install '{requirement}'`")
    } else {
        format!("`kingbolt install '{requirement}'` with the `--suffix` or `--name` of the app")
    };
    format!("for another version or extras of it, run {install}")
}

fn not_injected(injected: &[PackageName]) -> Option<String> {
    (!injected.is_empty()).then(|| format!("packages that were added: {}", quoted(injected)))
}

fn not_installed(installed: &[AppName]) -> String {
    let names: Vec<&str> = installed.iter().filter(|name| !name.is_hidden()).map(AppName::as_str).collect();
    match names.as_slice() {
        [] => "no apps are installed".to_owned(),
        names => format!("installed apps: {}", names.join(", ")),
    }
}

fn which_command(package: &PackageName, commands: &[String]) -> Option<String> {
    match commands {
        [] => None,
        [only] => Some(format!("its only command is `{only}`; run `kingbolt run --command {only} {package}`")),
        [first, ..] => Some(format!(
            "its commands are {}; run, for example, `kingbolt run --command {first} {package}`",
            quoted(commands)
        )),
    }
}

fn quoted(names: &[impl std::fmt::Display]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Advice for failed operations on files that the user named.
fn file_hint(error: &FileError) -> Option<String> {
    (error.source.kind() == io::ErrorKind::NotFound).then(|| CHECK_PATH.to_owned())
}

/// Advice for failed operations on Kingbolt's own directories, by the kind of system error.
pub fn directories_hint(kind: io::ErrorKind) -> Option<String> {
    use io::ErrorKind;
    match kind {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Some(
            "make it writable, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to other directories"
                .to_owned(),
        ),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(
            "free some space, or set KINGBOLT_HOME and KINGBOLT_CACHE_DIR to directories on another disk".to_owned(),
        ),
        ErrorKind::NotADirectory => Some(
            "move the file that is in the way, or set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to other \
             directories"
                .to_owned(),
        ),
        ErrorKind::Unsupported => Some(
            "set KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR to directories on a file system with symbolic \
             links"
                .to_owned(),
        ),
        _ => None,
    }
}
