//! What a loss of power may have taken. Unpacking syncs nothing, because waiting for the disk would take longer than
//! all else: instead an entry says in which run of the machine it was unpacked, until somebody synced the file system.
//! One that an earlier run left unsynced is compared with its manifest before it is used.

use std::collections::BTreeMap;
use std::path::Path;

use crate::host::{Boot, FileError, Host};

use super::inspect::{Expected, Inspector};
use super::{Difference, Store, StoreError, StoredWheel};

/// The file of an entry that nobody has synced: the boot during which it was unpacked, or nothing where the system does
/// not tell.
pub(super) const UNSYNCED: &str = "unsynced";

impl Store {
    /// Writes down that all that these wheels consist of is on the disk now.
    pub fn mark_synced(&self, host: &Host, wheels: &[StoredWheel]) -> Result<(), StoreError> {
        for wheel in wheels {
            host.files.remove_file(&wheel.directory().join(UNSYNCED))?;
        }
        Ok(())
    }
}

impl StoredWheel {
    /// How the unpacked files differ from the manifest.
    pub fn differences(&self, inspector: &Inspector<'_>) -> Result<Vec<Difference>, StoreError> {
        let mut expected = BTreeMap::new();
        for directory in &self.manifest().tree.directories {
            for file in &directory.files {
                let stands = Expected::File { hash: file.hash.clone(), mode: Some(file.mode) };
                expected.insert(directory.path_of(file), stands);
            }
        }
        inspector.compare(&self.tree(), &expected, is_bytecode)
    }

    /// Whether the files can be relied on: they were unpacked in this run of the machine, or are known to be on the disk,
    /// or are found to be as the manifest says.
    pub(super) fn is_usable(&self, host: &Host) -> Result<bool, StoreError> {
        let marker = self.directory().join(UNSYNCED);
        let Some(boot) = host.files.read_if_present(&marker)? else { return Ok(true) };
        if Boot::parse(&boot).is_same_run(host.boot()) {
            return Ok(true);
        }
        let is_whole = self.differences(&Inspector::new(host))?.is_empty();
        if is_whole {
            host.files.remove_file(&marker)?;
        }
        Ok(is_whole)
    }
}

/// Whether a path is Python's cache of a module: made by whoever imports it first.
pub fn is_bytecode(path: &str) -> bool {
    path.split('/').rev().nth(1) == Some("__pycache__")
}

/// The marker of an entry that is being unpacked.
pub(super) fn mark_unsynced(host: &Host, entry: &Path) -> Result<(), FileError> {
    host.files.write_new(&entry.join(UNSYNCED), host.boot().as_str().as_bytes(), 0o666)
}
