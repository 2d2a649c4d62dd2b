//! One wheel in the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::host::{FileError, Host};
use crate::vocab::{Sha256, WheelName};

use super::Manifest;

/// An unpacked, verified wheel. Cheap to clone.
#[derive(Clone, Debug)]
pub struct StoredWheel {
    directory: PathBuf,
    manifest: Arc<Manifest>,
}

/// The directory of unpacked files in a wheel's entry.
pub(super) const TREE: &str = "tree";
/// The manifest's file name. An entry without this file does not exist.
pub(super) const MANIFEST: &str = "manifest";

impl StoredWheel {
    pub(super) fn new(directory: PathBuf, manifest: Manifest) -> Self {
        Self { directory, manifest: Arc::new(manifest) }
    }

    /// Its description.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The digest of the archive.
    pub fn sha256(&self) -> Sha256 {
        self.manifest.sha256
    }

    /// The file name of the archive.
    pub fn name(&self) -> &WheelName {
        &self.manifest.archive
    }

    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The unpacked files.
    pub fn tree(&self) -> PathBuf {
        self.directory.join(TREE)
    }

    /// The time at which it was unpacked. Kingbolt wrote none of its files later.
    pub(super) fn unpacked_at(&self, host: &Host) -> Result<SystemTime, FileError> {
        let path = self.directory.join(MANIFEST);
        let failed = |source| FileError { act: "inspect", path: path.clone(), source };
        host.files.metadata(&path)?.modified().map_err(failed)
    }
}
