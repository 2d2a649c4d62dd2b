//! The store's directory: finding, admitting, holding and sweeping.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::host::{FileLock, Host, Progress};
use crate::vocab::{Digests, Sha256, WheelName};

use super::{StoreError, StoredWheel};

/// The directory of unpacked wheels.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

/// A promise that nobody sweeps the store: held by installs until their receipt stands.
#[derive(Debug)]
pub struct Hold {
    _lock: FileLock,
}

/// The store to oneself, to sweep it.
#[derive(Debug)]
pub struct Sweep<'a> {
    store: &'a Store,
    _lock: FileLock,
}

impl Store {
    /// The store in a directory, which is created when the first wheel comes.
    pub fn open(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Keeps others from sweeping; waits while somebody sweeps.
    pub fn hold(&self, _host: &Host) -> Result<Hold, StoreError> {
        unreachable!("comes next: {}", self.root.display())
    }

    /// Takes the store for oneself.
    ///
    /// # Errors
    /// [`StoreError::Lock`] with `Busy` when somebody holds it.
    pub fn sweep(&self, _host: &Host) -> Result<Sweep<'_>, StoreError> {
        unreachable!("comes next")
    }

    /// The wheel with this digest, when it is there.
    pub fn find(&self, _host: &Host, _sha256: Sha256) -> Result<Option<StoredWheel>, StoreError> {
        unreachable!("comes next")
    }

    /// Unpacks and checks a wheel whose bytes were just found to have this digest. A wheel that is already there is
    /// returned as it is. May be called from many threads and processes at once.
    pub fn admit(
        &self,
        _host: &Host,
        _progress: &dyn Progress,
        _archive: &Path,
        _name: &WheelName,
        _sha256: Sha256,
    ) -> Result<StoredWheel, StoreError> {
        unreachable!("comes next")
    }

    /// Hashes a wheel that nobody hashed yet, compares with every stated digest, and admits it.
    pub fn admit_unhashed(
        &self,
        _host: &Host,
        _progress: &dyn Progress,
        _archive: &Path,
        _name: &WheelName,
        _stated: Option<&Digests>,
    ) -> Result<StoredWheel, StoreError> {
        unreachable!("comes next")
    }
}

impl Sweep<'_> {
    /// Removes the wheels that are not to be kept; returns how many.
    pub fn remove_unreferenced(&self, _host: &Host, _keep: &BTreeSet<Sha256>) -> Result<usize, StoreError> {
        unreachable!("comes next: {}", self.store.root.display())
    }

    /// Removes what crashed processes left half-done.
    pub fn clear_unfinished(&self, _host: &Host) -> Result<(), StoreError> {
        unreachable!("comes next")
    }
}
