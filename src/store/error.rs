//! Why the store could not take or give a wheel.

use crate::host::{FileError, Interrupted, LockError};

/// A failed act of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("failed to change the store")]
    Files { source: FileError },
    #[error("unpacking was interrupted")]
    Interrupted { source: Interrupted },
    #[error("failed to lock the store")]
    Lock { source: LockError },
}

impl StoreError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        None
    }
}
