//! Checks that a file of the store is unchanged since it was unpacked. Environments share the file, and somebody may
//! have edited it in one of them. Comparing size and time costs little; only files that were written to since are
//! hashed.

use std::fs::Metadata;
use std::path::Path;
use std::time::SystemTime;

use crate::host::{FileError, Host, is_executable};
use crate::store::StoredWheel;
use crate::wheel::{FileMode, TreeFile};

use super::AssembleError;

/// Checks the files of one wheel.
#[derive(Clone, Copy, Debug)]
pub(super) struct IntegrityCheck<'a> {
    host: &'a Host,
    wheel: &'a StoredWheel,
    /// The time at which its manifest was written, after all of its files.
    unpacked_at: SystemTime,
}

impl<'a> IntegrityCheck<'a> {
    pub(super) fn new(host: &'a Host, wheel: &'a StoredWheel) -> Result<Self, FileError> {
        Ok(Self { host, wheel, unpacked_at: wheel.unpacked_at(host)? })
    }

    /// Refuses a file that differs from the manifest; returns its metadata.
    pub(super) fn check(self, path: &Path, file: &TreeFile) -> Result<Metadata, AssembleError> {
        let metadata = self.host.files.metadata(path)?;
        let is_untouched = metadata.modified().is_ok_and(|written| written <= self.unpacked_at);
        let is_usable = metadata.len() == file.size
            && (file.mode == FileMode::Plain || is_executable(&metadata))
            && (is_untouched
                || self.host.files.hash::<AssembleError>(path, file.hash.algorithm(), &self.host.interrupt)?
                    == *file.hash.digest());
        if is_usable {
            return Ok(metadata);
        }
        let (wheel, sha256) = (self.wheel.name().name().clone(), self.wheel.sha256());
        Err(AssembleError::Damaged { path: path.to_owned(), wheel, sha256 })
    }
}
