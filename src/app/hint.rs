//! What a person can do about a failed use case.

use std::io;

use crate::host::{FileError, LockError};
use crate::vocab::PackageName;

use super::{AppError, AppName};

impl AppError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Assemble(error) => error.hint(),
            Self::Catalog(error) => error.hint(),
            Self::CommandDirectory { .. } | Self::ForeignReceipt { .. } => Some("move the directory away".to_owned()),
            Self::CommandForeign { .. } => Some("pass `--force` to replace it, or move it away".to_owned()),
            Self::CommandTaken { app, .. } => Some(format!(
                "uninstall it first: `kingbolt uninstall {app}`, or pass `--force` to take the command over"
            )),
            Self::Download(error) => error.hint(),
            Self::ForeignEnvironment { .. } => Some("choose another directory, or empty this one first".to_owned()),
            Self::CheckFailed { app, .. } => Some(format!(
                "the installed version of `{app}` stays as it is; tell its publisher, or ask for another version with \
                 `kingbolt install`"
            )),
            Self::Damaged { app, .. } => Some(format!("mend it: `kingbolt verify --repair {app}`")),
            Self::NoOtherGeneration { .. } => {
                Some("older ones are removed; `kingbolt upgrade --keep N` keeps more of them".to_owned())
            }
            Self::NoSuchGeneration { there, .. } => {
                let there: Vec<String> = there.iter().map(u32::to_string).collect();
                Some(format!("there are: {}", there.join(", ")))
            }
            Self::Unusable { app, .. } => Some(format!("make it anew: `kingbolt upgrade {app}`")),
            Self::ForeignPointer { path } | Self::Malformed { path, .. } => {
                Some(format!("remove `{}` and install again", path.parent().unwrap_or(path).display()))
            }
            Self::InUse { app, .. } => Some(format!("end every program of `{app}`, then try again")),
            Self::LockFile { source, .. } => source.hint(),
            Self::NewerSchema { .. } => Some("update kingbolt".to_owned()),
            Self::NoCommands { package, dependencies } => Some(no_commands(package, dependencies)),
            Self::NotInstalled { installed, .. } => Some(not_installed(installed)),
            Self::Python(error) => error.hint(),
            Self::PythonRequest(_) => Some("give a version (`3.12`), a specifier (`>=3.10`) or a path".to_owned()),
            Self::Resolve(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Venv(error) => error.hint(),
            Self::Vanished { .. } => Some("try again".to_owned()),
            Self::WhichCommand { package, commands, .. } => which_command(package, commands),
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

fn no_commands(package: &PackageName, dependencies: &[PackageName]) -> String {
    match dependencies {
        [] => format!("`{package}` is a library: install it beside an application with `--with {package}`"),
        [only] => format!("its dependency `{only}` has: `kingbolt install {only} --with {package}`"),
        [first, ..] => format!(
            "its dependencies {} have: to install one with it, `kingbolt install {first} --with {package}`",
            quoted(dependencies)
        ),
    }
}

fn not_installed(installed: &[AppName]) -> String {
    let names: Vec<&str> = installed.iter().filter(|name| !name.is_hidden()).map(AppName::as_str).collect();
    match names.as_slice() {
        [] => "nothing is installed".to_owned(),
        names => format!("installed are: {}", names.join(", ")),
    }
}

fn which_command(package: &PackageName, commands: &[String]) -> Option<String> {
    match commands {
        [] => None,
        [only] => Some(format!("it has one command: `kingbolt run --command {only} {package}`")),
        [first, ..] => Some(format!(
            "it has the commands {}: name one, as in `kingbolt run --command {first} {package}`",
            quoted(commands)
        )),
    }
}

fn quoted(names: &[impl std::fmt::Display]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
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
        ErrorKind::Unsupported => Some(
            "choose other directories with KINGBOLT_HOME, KINGBOLT_BIN_DIR and KINGBOLT_CACHE_DIR, on a disk with \
             symbolic links and locks on files"
                .to_owned(),
        ),
        _ => None,
    }
}
