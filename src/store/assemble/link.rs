//! One file from the store into an environment.

use std::io::ErrorKind;
use std::path::Path;

use crate::host::{FileError, Host};
use crate::wheel::FileMode;

use super::LinkMode;

/// How files are put into an environment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Method {
    /// A file of its own that shares its blocks until one of the two is written to.
    Clone,
    Copy,
    /// A second name of the same file.
    HardLink,
}

impl Method {
    /// The best method of a link mode between the file systems of an original and of a directory, found by trying.
    pub(super) fn between(host: &Host, mode: LinkMode, original: &Path, directory: &Path) -> Self {
        let trial = directory.join(format!("{}link", crate::host::STAGED_PREFIX));
        let works = |linked: Result<(), FileError>| linked.is_ok() && host.files.remove_file(&trial).is_ok();
        // A clone costs some microseconds more than a hard link, but an edit in the environment stays there.
        if mode == LinkMode::File && works(host.files.reflink(original, &trial)) {
            Self::Clone
        } else if mode == LinkMode::File && works(host.files.hard_link(original, &trial)) {
            Self::HardLink
        } else {
            Self::Copy
        }
    }

    /// Puts a file where none may stand. One that cannot be linked is copied: it may have too many links (EMLINK), or
    /// another owner (EPERM), or a mount may begin below (EXDEV).
    pub(super) fn put(self, host: &Host, original: &Path, path: &Path, mode: FileMode) -> Result<(), FileError> {
        let linked = match self {
            Self::Clone => host.files.reflink(original, path),
            Self::Copy => return host.files.copy_new(original, path, mode.bits()).map(|_| ()),
            Self::HardLink => host.files.hard_link(original, path),
        };
        match linked {
            Err(error) if !is_occupied(&error) => host.files.copy_new(original, path, mode.bits()).map(|_| ()),
            done => done,
        }
    }
}

/// Whether a file could not be made because something stands there.
pub(super) fn is_occupied(error: &FileError) -> bool {
    error.source.kind() == ErrorKind::AlreadyExists
}
