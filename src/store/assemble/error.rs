//! Why wheels could not be put into an environment.

use crate::host::{FileError, Interrupted};

/// A failed assembly.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    #[error("failed to write the environment")]
    Files { source: FileError },
    #[error("installing was interrupted")]
    Interrupted { source: Interrupted },
}

impl AssembleError {
    /// What a person can do about it.
    pub fn hint(&self) -> Option<String> {
        None
    }
}
