//! The store's directory: finding wheels, and keeping others from sweeping them.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::host::{FileLock, Host, LockError, Sharing, is_staged};
use crate::vocab::Sha256;

use super::stored_wheel::MANIFEST;
use super::thread_budget::ThreadBudget;
use super::{Manifest, StoreError, StoredWheel, Sweep};

/// The directory of unpacked wheels. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    pub(super) threads: Arc<ThreadBudget>,
}

/// A promise that nobody sweeps the store: held by installs until their receipt stands.
#[derive(Debug)]
pub struct SharedLock {
    _lock: FileLock,
}

/// Hexadecimal digits of the digest that name an entry: 128 bits, and a path that Windows can hold.
const NAME_DIGITS: usize = 32;

impl Store {
    /// The store in a directory, which is created when the first wheel comes.
    pub fn open(root: &Path) -> Self {
        Self { root: root.to_owned(), threads: Arc::new(ThreadBudget::of_machine()) }
    }

    /// Where the store is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Keeps others from sweeping; waits while somebody sweeps.
    pub fn lock_shared(&self, host: &Host) -> Result<SharedLock, StoreError> {
        Ok(SharedLock { _lock: FileLock::wait(&self.lock_path(), Sharing::Shared, &host.interrupt, None, || {})? })
    }

    /// Takes the store for oneself.
    ///
    /// # Errors
    /// [`StoreError::Lock`] with `Busy` when somebody holds it.
    pub fn sweep(&self) -> Result<Sweep<'_>, StoreError> {
        Ok(Sweep::new(self, FileLock::try_take(&self.lock_path(), Sharing::Exclusive)?))
    }

    /// Removes what killed processes left half-unpacked. While somebody installs, it stays for another time.
    pub fn clear_unfinished(&self, host: &Host) -> Result<(), StoreError> {
        if !host.files.list(&self.root)?.iter().any(|path| is_staged(path)) {
            return Ok(());
        }
        match self.sweep() {
            Err(StoreError::Lock { source: LockError::Busy { .. } }) => Ok(()),
            sweep => sweep?.clear_unfinished(host),
        }
    }

    /// The wheel with this digest, when it is there and whole. One that a loss of power may have hit is looked at first.
    pub fn find(&self, host: &Host, sha256: Sha256) -> Result<Option<StoredWheel>, StoreError> {
        let directory = self.entry(sha256);
        let bytes = match host.files.read_if_present(&directory.join(MANIFEST)) {
            Err(error) if error.source.kind() == ErrorKind::IsADirectory => None,
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

    /// Forgets a wheel that was found damaged: it counts as absent, and is unpacked anew when it is admitted again.
    pub fn discard(&self, host: &Host, sha256: Sha256) -> Result<(), StoreError> {
        let _lock = self.lock_entry(host, sha256)?;
        Ok(host.files.remove_any(&self.entry(sha256).join(MANIFEST))?)
    }

    /// The directories of the entries, whole or not, that are not those of some wheels.
    pub fn unneeded(&self, host: &Host, needed: &BTreeSet<Sha256>) -> Result<Vec<PathBuf>, StoreError> {
        let needed: BTreeSet<String> = needed.iter().map(|sha256| entry_name(*sha256)).collect();
        let is_unneeded = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            is_entry_name(name) && !needed.contains(name)
        };
        Ok(host.files.list(&self.root)?.into_iter().filter(is_unneeded).collect())
    }

    /// Where a wheel stands, or would stand.
    pub(super) fn entry(&self, sha256: Sha256) -> PathBuf {
        self.root.join(entry_name(sha256))
    }

    /// Waits until no other process admits or discards a wheel.
    pub(super) fn lock_entry(&self, host: &Host, sha256: Sha256) -> Result<FileLock, LockError> {
        FileLock::wait(&self.entry_lock_path(sha256), Sharing::Exclusive, &host.interrupt, None, || {})
    }

    /// The lock of anyone who admits a wheel.
    pub(super) fn entry_lock_path(&self, sha256: Sha256) -> PathBuf {
        self.root.join(LOCKS).join(entry_name(sha256))
    }

    fn lock_path(&self) -> PathBuf {
        self.root.join(".lock")
    }
}

/// The directory of the locks of entries.
pub(super) const LOCKS: &str = ".locks";

pub(super) fn entry_name(sha256: Sha256) -> String {
    let mut name = sha256.to_hex();
    name.truncate(NAME_DIGITS);
    name
}

/// Whether a name in the store's directory is that of an entry.
pub(super) fn is_entry_name(name: &str) -> bool {
    name.len() == NAME_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}
