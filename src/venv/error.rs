//! Errors of the creation of an environment.

use std::path::PathBuf;

use crate::host::{FileError, Interrupted};

/// A failed creation of an environment.
#[derive(Debug, thiserror::Error)]
pub enum VenvError {
    /// Something of the environment could not be written.
    #[error("failed to create the environment `{}`", root.display())]
    Files { root: PathBuf, source: FileError },
    /// The base installation has nothing that could start Python in an environment.
    #[error("`{}` has no Python executable for an environment", home.display())]
    Incomplete { home: PathBuf },
    /// This process was asked to stop.
    #[error("creating the environment `{}` was interrupted", root.display())]
    Interrupted { root: PathBuf, source: Interrupted },
    /// An executable of this installation of kingbolt is missing.
    #[error("the launcher `{}` is missing", path.display())]
    LauncherMissing { path: PathBuf },
    /// The directory is not empty.
    #[error("`{}` is not an empty directory", root.display())]
    Occupied { root: PathBuf },
    /// The environment's interpreter is not the one that the environment was made for.
    #[error("`{}` does not lead to `{}`", path.display(), interpreter.display())]
    OtherInterpreter { path: PathBuf, interpreter: PathBuf },
    /// A path that the environment's text files cannot hold.
    #[error("the path {path:?} cannot be written to a text file")]
    Unwritable { path: PathBuf },
}

impl VenvError {
    /// Advice for the user.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Files { .. } | Self::Interrupted { .. } => None,
            Self::Incomplete { .. } | Self::OtherInterpreter { .. } => {
                Some("choose another Python with `--python`, or reinstall that one".into())
            }
            Self::LauncherMissing { .. } => {
                Some("reinstall Kingbolt; its launchers must be beside its executable".into())
            }
            Self::Occupied { .. } => Some("choose a directory that does not exist yet".into()),
            Self::Unwritable { .. } => Some("choose a directory with a Unicode name without line breaks".into()),
        }
    }
}
