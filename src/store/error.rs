//! Errors of the store.

use crate::host::{FileError, Interrupted, LockError};
use crate::wheel::WheelError;

/// A failed operation of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("failed to access the store")]
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
    #[error("refused the wheel `{wheel}`")]
    Refused { wheel: String, source: WheelError },
    #[error("failed to unpack the wheel `{wheel}`")]
    Unpack { wheel: String, source: WheelError },
}

impl StoreError {
    /// Advice for the user.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Lock { source } => source.hint(),
            Self::Refused { source, .. } | Self::Unpack { source, .. } => source.hint(),
            Self::Files { .. } | Self::Interrupted { .. } => None,
        }
    }
}
