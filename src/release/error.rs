//! Failed steps of a release.

use std::path::PathBuf;

use crate::host::FileError;
use crate::lock::{InvalidRelease, LockFileError};
use crate::trust::{KeyPairError, SigningError};

/// A failed step of a release.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    #[error(transparent)]
    File(#[from] FileError),
    /// A key that is lost cannot be made again.
    #[error("`{}` already exists", path.display())]
    KeyExists { path: PathBuf },
    #[error(transparent)]
    KeyPair(#[from] KeyPairError),
    #[error("failed to read the lock `{}`", lock.display())]
    Lock { lock: PathBuf, source: LockFileError },
    #[error("`{}` is not the lock of a release", lock.display())]
    NotARelease { lock: PathBuf, source: InvalidRelease },
    #[error("failed to sign `{}`", lock.display())]
    Signing { lock: PathBuf, source: SigningError },
}

impl ReleaseError {
    /// Advice on how to fix the error.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::KeyExists { .. } => Some("choose another name with `--out`, or move the file".to_owned()),
            Self::Lock { source, .. } => source.hint(),
            Self::File(_) | Self::KeyPair(_) | Self::NotARelease { .. } | Self::Signing { .. } => None,
        }
    }
}
