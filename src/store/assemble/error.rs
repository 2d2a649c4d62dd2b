//! Why wheels could not be put into an environment.

use std::path::PathBuf;

use crate::host::{FileError, Interrupted};
use crate::launcher::SidecarError;
use crate::vocab::PackageName;

/// A failed assembly.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    #[error("`{}` is a file of {file} and a directory of {directory}", path.display())]
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
    #[error("failed to write the launcher's text file `{}`", path.display())]
    Sidecar { path: PathBuf, source: SidecarError },
}

impl AssembleError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::FileAndDirectory { file, directory, .. } => {
                Some(format!("{file} and {directory} cannot be installed together: leave one out"))
            }
            Self::Occupied { wheel, .. } => Some(format!("choose another version of {wheel}, or leave it out")),
            Self::Files { .. } | Self::Interrupted { .. } | Self::Sidecar { .. } => None,
        }
    }
}
