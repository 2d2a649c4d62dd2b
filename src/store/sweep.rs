//! Removes wheels that no application needs.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use crate::host::{FileLock, Host, LockError, Sharing, checkpoint, is_staged};
use crate::vocab::Sha256;

use super::entry_name::{LOCKS, is_entry_name};
use super::stored_wheel::MANIFEST;
use super::{Store, StoreError};

/// Exclusive access to the store for removing wheels: no other process installs while this value exists.
#[derive(Debug)]
pub struct Sweep<'a> {
    store: &'a Store,
    lock: FileLock,
}

impl Store {
    /// Takes exclusive access to the store.
    ///
    /// # Errors
    /// [`StoreError::Lock`] with `Busy` if another process uses the store.
    pub fn sweep(&self, host: &Host) -> Result<Sweep<'_>, StoreError> {
        Ok(Sweep { store: self, lock: host.locks.try_take(&self.lock_path(), Sharing::Exclusive)? })
    }

    /// Removes what killed processes left half-unpacked. Does nothing while another process installs.
    pub fn clear_unfinished(&self, host: &Host) -> Result<(), StoreError> {
        if !host.files.list(self.root())?.iter().any(|path| is_staged(path)) {
            return Ok(());
        }
        match self.sweep(host) {
            Err(StoreError::Lock { source: LockError::Busy { .. } }) => Ok(()),
            sweep => sweep?.clear_unfinished(host),
        }
    }
}

impl Sweep<'_> {
    /// Removes wheels; those that the store does not have are ignored.
    pub fn remove(&self, host: &Host, wheels: &BTreeSet<Sha256>) -> Result<(), StoreError> {
        for sha256 in wheels {
            self.remove_entry(host, &self.store.entry(*sha256))?;
        }
        Ok(())
    }

    /// Removes one entry by its directory.
    pub fn remove_entry(&self, host: &Host, entry: &Path) -> Result<(), StoreError> {
        // Without its manifest an entry does not exist: a killed sweep leaves no damaged wheel.
        host.files.remove_any(&entry.join(MANIFEST))?;
        checkpoint("manifest removed");
        host.files.remove_tree(entry)?;
        checkpoint("swept");
        if let Some(name) = entry.file_name() {
            host.files.remove_file(&host.locks.path_of(&self.store.root().join(LOCKS).join(name)))?;
        }
        Ok(())
    }

    /// Removes what killed processes left unfinished, and the locks of entries that do not exist.
    pub fn clear_unfinished(&self, host: &Host) -> Result<(), StoreError> {
        for path in host.files.list(self.store.root())? {
            if is_staged(&path) {
                host.files.remove_any(&path)?;
            }
        }
        // A process that locks an entry also locks the store, so none of these locks is held now.
        for lock in host.files.list(&host.locks.path_of(&self.store.root().join(LOCKS)))? {
            let entry = name(&lock).map(|name| self.store.root().join(name));
            if entry.is_some_and(|entry| !host.files.is_dir(&entry)) {
                host.files.remove_file(&lock)?;
            }
        }
        Ok(())
    }

    /// Ends the exclusive access. A store without wheels is removed with its directory.
    pub fn finish(self, host: &Host) -> Result<(), StoreError> {
        let root = self.store.root();
        if host.files.list(root)?.iter().any(|path| name(path).is_some_and(is_entry_name)) {
            return Ok(());
        }
        host.files.remove_tree(&host.locks.path_of(&root.join(LOCKS)))?;
        self.lock.remove();
        // If another process has created the directory again, it is not empty and stays.
        let _ = host.files.remove_dir(root);
        Ok(())
    }
}

fn name(path: &Path) -> Option<&str> {
    path.file_name().and_then(OsStr::to_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Sharing;

    #[test]
    fn the_lock_of_a_wheel_that_was_never_admitted_goes() {
        let (host, directory) = (Host::real(), tempfile::tempdir().unwrap());
        let store = Store::open(&directory.path().join("store"));
        let sha256 = Sha256::of(b"killed before it was unpacked");
        drop(host.locks.try_take(&store.entry_lock_path(sha256), Sharing::Exclusive).unwrap());
        let sweep = store.sweep(&host).unwrap();
        sweep.clear_unfinished(&host).unwrap();
        assert_eq!(host.files.list(&store.root().join(LOCKS)).unwrap(), Vec::<std::path::PathBuf>::new());
    }
}
