//! PEP 751 lock files: read, and select for one machine.

use std::path::Path;

use crate::platform::Tags;
use crate::vocab::{ExtraName, GroupName, MarkerEnvironment, Pin, Version, VersionSpecifiers};

/// A lock that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("locks cannot be read yet")]
pub struct LockError;

impl LockError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        None
    }
}

/// A parsed lock.
#[derive(Debug)]
pub struct Lock;

impl Lock {
    /// Parses a lock.
    pub fn parse(_text: &str, _directory: &Path) -> Result<Self, LockError> {
        Err(LockError)
    }

    /// The interpreters that the lock admits.
    pub fn requires_python(&self) -> Option<&VersionSpecifiers> {
        None
    }

    /// The wheels of the lock for one machine.
    pub fn select(
        &self,
        _markers: &MarkerEnvironment,
        _python: &Version,
        _tags: &Tags,
        _extras: &[ExtraName],
        _groups: &[GroupName],
    ) -> Result<Vec<Pin>, LockError> {
        Err(LockError)
    }
}
