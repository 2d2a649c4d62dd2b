//! Why the store could not take or give a wheel.

use std::path::PathBuf;

use crate::host::{FileError, Interrupted, LockError};
use crate::vocab::Digest;
use crate::wheel::WheelError;

/// A failed act of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A failed verification: the archive is not the one that was promised.
    #[error("the {} of `{}` is {found}, not {stated} as was stated", found.algorithm().name(), archive.display())]
    Digest { archive: PathBuf, stated: Digest, found: Digest },
    #[error("failed to use the store")]
    Files {
        #[from]
        source: FileError,
    },
    #[error("unpacking was interrupted")]
    Interrupted {
        #[from]
        source: Interrupted,
    },
    #[error("failed to lock the store")]
    Lock {
        #[from]
        source: LockError,
    },
    /// A failed verification: the wheel breaks a rule.
    #[error("the wheel `{wheel}` is refused")]
    Refused { wheel: String, source: WheelError },
    #[error("failed to unpack the wheel `{wheel}`")]
    Unpack { wheel: String, source: WheelError },
}

impl StoreError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Digest { .. } => Some(
                "somebody changed the file after its digest was written down: get it again, or find out who did"
                    .to_owned(),
            ),
            Self::Lock { source: LockError::Busy { .. } } => {
                Some("wait until the other kingbolt has finished".to_owned())
            }
            Self::Refused { source, .. } | Self::Unpack { source, .. } => source.hint(),
            Self::Files { .. } | Self::Interrupted { .. } | Self::Lock { .. } => None,
        }
    }
}
