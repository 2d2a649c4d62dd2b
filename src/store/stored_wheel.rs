//! One wheel in the store.

use std::path::PathBuf;

use crate::vocab::{Sha256, WheelName};
use crate::wheel::EntryPoint;

/// An unpacked, verified wheel and what its manifest says. Cheap to clone.
#[derive(Clone, Debug)]
pub struct StoredWheel {
    directory: PathBuf,
    sha256: Sha256,
    name: WheelName,
    entry_points: Vec<EntryPoint>,
}

impl StoredWheel {
    /// The digest of the archive.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// The file name of the archive.
    pub fn name(&self) -> &WheelName {
        &self.name
    }

    /// The unpacked files.
    pub fn tree(&self) -> PathBuf {
        self.directory.join("tree")
    }

    /// The console and GUI entry points.
    pub fn entry_points(&self) -> &[EntryPoint] {
        &self.entry_points
    }
}
