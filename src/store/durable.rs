//! Survives a loss of power. Unpacking syncs nothing, because waiting for the disk would take longer than everything
//! else. Instead, an entry records the boot during which it was unpacked, until the file system has been synced. An
//! entry that was left unsynced by an earlier boot is compared with its manifest before it is used.

use std::collections::BTreeMap;
use std::path::Path;

use crate::host::{Boot, FileError, Host};

use super::inspect::{Expected, Inspector};
use super::{Difference, Store, StoreError, StoredWheel};

/// The file of an entry that has not been synced: it holds the boot during which the entry was unpacked, or nothing if
/// the system does not tell.
pub(super) const UNSYNCED: &str = "unsynced";

impl Store {
    /// Records that all files of these wheels are on the disk now.
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
                let expected_file = Expected::File { hash: file.hash.clone(), mode: Some(file.mode) };
                expected.insert(directory.path_of(file), expected_file);
            }
        }
        inspector.compare(&self.tree(), &expected, |path| is_bytecode(path, &expected))
    }

    /// True if the files were unpacked during this boot, are known to be on the disk, or are equal to the manifest.
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

/// True for what Python caches of an expected module when it is first imported, and what libraries cache beside it: a file
/// of `__pycache__` with the module's name in front. Nothing else in that directory belongs to a module.
pub fn is_bytecode(path: &str, expected: &BTreeMap<String, Expected>) -> bool {
    let mut parts = path.rsplitn(3, '/');
    let (Some(name), Some("__pycache__")) = (parts.next(), parts.next()) else { return false };
    let directory = parts.next().map(|directory| format!("{directory}/")).unwrap_or_default();
    let is_module = |end: usize| expected.contains_key(&format!("{directory}{}.py", &name[..end]));
    name.match_indices('.').any(|(end, _)| is_module(end))
}

/// Marks an entry that is being unpacked as not synced.
pub(super) fn mark_unsynced(host: &Host, entry: &Path) -> Result<(), FileError> {
    host.files.write_new(&entry.join(UNSYNCED), host.boot().as_str().as_bytes(), 0o666)
}
