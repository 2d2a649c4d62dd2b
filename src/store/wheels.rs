//! The store's directory: finds wheels, and locks them against being swept.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::host::{FileLock, Host, LockError, Progress, Sharing, ThreadBudget};
use crate::vocab::Sha256;

use super::entry_name::{LOCK, LOCKS, entry_name, is_entry_name};
use super::stored_wheel::MANIFEST;
use super::{Manifest, StoreError, StoredWheel};

/// The directory of unpacked wheels. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    pub(super) threads: Arc<ThreadBudget>,
}

/// The longest wait for a process that sweeps.
const LONGEST_SWEEP: Duration = Duration::from_secs(30);

/// Keeps other processes from sweeping the store: held by an installation until the new generation names its wheels.
#[derive(Debug)]
pub struct SharedLock {
    _lock: FileLock,
}

impl Store {
    /// The store in a directory, which is created with the first wheel.
    pub fn open(root: &Path) -> Self {
        Self { root: root.to_owned(), threads: Arc::new(ThreadBudget::of_machine()) }
    }

    /// The store's directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Keeps other processes from sweeping; waits while one is sweeping.
    ///
    /// # Errors
    /// [`StoreError::Lock`] with `Busy` if it takes longer than 30 seconds.
    pub fn lock_shared(&self, host: &Host, progress: &dyn Progress) -> Result<SharedLock, StoreError> {
        let (path, limit) = (self.lock_path(), Some(LONGEST_SWEEP));
        Ok(SharedLock { _lock: host.locks.wait(&path, Sharing::Shared, &host.interrupt, limit, progress)? })
    }

    /// The wheel with this digest, if the store has it complete. One that a loss of power may have damaged is checked
    /// first.
    pub fn find(&self, host: &Host, sha256: Sha256) -> Result<Option<StoredWheel>, StoreError> {
        let directory = self.entry(sha256);
        let bytes = match host.files.read_if_present(&directory.join(MANIFEST)) {
            Err(error) if error.is_of_another_kind() => None,
            read => read?,
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let manifest = str::from_utf8(&bytes).ok().and_then(Manifest::parse);
        let manifest = manifest.filter(|manifest| manifest.sha256 == sha256);
        match manifest.map(|manifest| StoredWheel::new(directory, manifest)) {
            Some(wheel) if wheel.is_usable(host)? => Ok(Some(wheel)),
            Some(_) | None => Ok(None),
        }
    }

    /// Removes the manifest of a damaged wheel, so that it is unpacked again when it is next admitted.
    pub fn discard(&self, host: &Host, progress: &dyn Progress, sha256: Sha256) -> Result<(), StoreError> {
        let _lock = self.lock_entry(host, progress, sha256)?;
        Ok(host.files.remove_any(&self.entry(sha256).join(MANIFEST))?)
    }

    /// The directories of all entries, complete or not, except those of the needed wheels.
    pub fn list_unneeded(&self, host: &Host, needed: &BTreeSet<Sha256>) -> Result<Vec<PathBuf>, StoreError> {
        let needed: BTreeSet<String> = needed.iter().map(|sha256| entry_name(*sha256)).collect();
        let is_unneeded = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            is_entry_name(name) && !needed.contains(name)
        };
        Ok(host.files.list(&self.root)?.into_iter().filter(is_unneeded).collect())
    }

    /// The directory of a wheel's entry, whether it exists or not.
    pub(super) fn entry(&self, sha256: Sha256) -> PathBuf {
        self.root.join(entry_name(sha256))
    }

    /// Locks a wheel's entry; waits while another process admits or discards the wheel.
    pub(super) fn lock_entry(
        &self,
        host: &Host,
        progress: &dyn Progress,
        sha256: Sha256,
    ) -> Result<FileLock, LockError> {
        host.locks.wait(&self.entry_lock_path(sha256), Sharing::Exclusive, &host.interrupt, None, progress)
    }

    /// The lock file of a wheel's entry.
    pub(super) fn entry_lock_path(&self, sha256: Sha256) -> PathBuf {
        self.root.join(LOCKS).join(entry_name(sha256))
    }

    /// The lock file of the whole store.
    pub(super) fn lock_path(&self) -> PathBuf {
        self.root.join(LOCK)
    }
}
