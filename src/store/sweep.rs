//! Removing what nobody needs.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use crate::host::{FileLock, Host, STAGED_PREFIX};
use crate::vocab::Sha256;

use super::stored_wheel::MANIFEST;
use super::wheels::{LOCKS, entry_name, is_entry_name};
use super::{Store, StoreError};

/// The store to oneself, to sweep it: nobody installs while this lives.
#[derive(Debug)]
pub struct Sweep<'a> {
    store: &'a Store,
    _lock: FileLock,
}

impl<'a> Sweep<'a> {
    pub(super) fn new(store: &'a Store, lock: FileLock) -> Self {
        Self { store, _lock: lock }
    }

    /// Removes the wheels that are not to be kept; returns how many.
    pub fn remove_unreferenced(&self, host: &Host, keep: &BTreeSet<Sha256>) -> Result<usize, StoreError> {
        let kept: BTreeSet<String> = keep.iter().copied().map(entry_name).collect();
        let mut removed = 0;
        for path in host.files.list(self.store.root())? {
            let Some(name) = name(&path).filter(|name| is_entry_name(name) && !kept.contains(*name)) else { continue };
            // Without its manifest an entry counts as absent: a sweep that dies half-way leaves no damaged wheel.
            host.files.remove_file(&path.join(MANIFEST))?;
            host.files.remove_tree(&path)?;
            host.files.remove_file(&self.store.root().join(LOCKS).join(name))?;
            removed += 1;
        }
        Ok(removed)
    }

    /// Removes what crashed processes left half-done.
    pub fn clear_unfinished(&self, host: &Host) -> Result<(), StoreError> {
        for path in host.files.list(self.store.root())? {
            if name(&path).is_some_and(|name| name.starts_with(STAGED_PREFIX)) {
                host.files.remove_tree(&path)?;
            }
        }
        Ok(())
    }
}

fn name(path: &Path) -> Option<&str> {
    path.file_name().and_then(OsStr::to_str)
}
