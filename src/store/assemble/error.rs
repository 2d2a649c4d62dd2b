//! Errors of putting wheels into an environment.

use std::path::PathBuf;

use crate::host::{FileError, Interrupted};
use crate::launcher::SidecarError;
use crate::vocab::{PackageName, Sha256};

/// A failed assembly.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// A file of the wheel is missing in the store, or was changed in an environment that shares it.
    #[error("`{}` of {wheel} has changed in the store", path.display())]
    Damaged { path: PathBuf, wheel: PackageName, sha256: Sha256 },
    #[error("`{}` is a file in {file} but a directory in {directory}", path.display())]
    FileAndDirectory { path: PathBuf, file: PackageName, directory: PackageName },
    #[error("failed to write the environment")]
    Files {
        #[from]
        source: FileError,
    },
    #[error("installing was interrupted")]
    Interrupted {
        #[from]
        source: Interrupted,
    },
    #[error("{wheel} would replace `{}`, a file of the environment itself", path.display())]
    Occupied { path: PathBuf, wheel: PackageName },
    #[error("{wheel} contains `{}`, a name that Kingbolt keeps for its own files", path.display())]
    Reserved { path: PathBuf, wheel: PackageName },
    #[error("failed to write the launcher's text file `{}`", path.display())]
    Sidecar { path: PathBuf, source: SidecarError },
}

impl AssembleError {
    /// Advice for the user.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::FileAndDirectory { file, directory, .. } => {
                Some(format!("{file} and {directory} cannot be installed together; leave one out"))
            }
            Self::Occupied { wheel, .. } | Self::Reserved { wheel, .. } => {
                Some(format!("choose another version of {wheel}, or leave it out"))
            }
            Self::Damaged { .. } => Some("try again; the wheel will be fetched again".to_owned()),
            Self::Files { .. } | Self::Interrupted { .. } | Self::Sidecar { .. } => None,
        }
    }
}
