//! The directory of downloads, shared by all processes. A lock for each file lets one process download it while the
//! others wait; a shared lock on the directory shows that it is in use.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::host::{FileError, FileLock, Files, Host, Interrupt, LockError, Locks, Progress, Sharing};
use crate::vocab::{Address, Digests, Location, Sha256};

use super::item::Item;
use crate::fetch::cache::is_private;

/// `<cache>/downloads`, held by a shared lock.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    files: Files,
    locks: Locks,
    presence: FileLock,
}

/// A file of the directory that is locked for this thread.
#[derive(Debug)]
pub(super) struct Claim {
    /// The bytes received so far.
    pub(super) partial: PathBuf,
    pub(super) tag_file: TagFile,
    _lock: FileLock,
}

/// The entity tag of the received bytes, for files without a stated digest.
#[derive(Debug)]
pub(super) struct TagFile {
    path: PathBuf,
    files: Files,
}

/// The longest wait for a process that removes downloads.
const LONGEST_CLEARING: Duration = Duration::from_secs(30);

/// The directory of downloads in the cache.
pub(in crate::fetch) const DOWNLOADS: &str = "downloads";

const PRESENCE: &str = ".lock";
const LOCK_EXTENSION: &str = "lock";

/// The lock that every process that downloads into a cache holds, and that a process that empties it holds exclusively.
pub fn downloads_lock(cache_dir: &Path) -> PathBuf {
    cache_dir.join(DOWNLOADS).join(PRESENCE)
}

/// Removes the downloads of wheels that have been delivered, and their locks: a process that is killed after a delivery
/// leaves them. Does nothing while another process downloads.
pub fn clear_delivered(host: &Host, cache_dir: &Path, is_delivered: impl Fn(Sha256) -> bool) -> Result<(), FileError> {
    let path = cache_dir.join(DOWNLOADS);
    let presence = path.join(PRESENCE);
    let of_locks = host.locks.path_of(&path);
    let kept = host.locks.path_of(&presence);
    let is_empty = |directory: &Path| Ok::<_, FileError>(host.files.list(directory)?.iter().all(|file| *file == kept));
    if is_empty(&path)? && is_empty(&of_locks)? {
        return Ok(());
    }
    let Ok(_alone) = host.locks.try_take(&presence, Sharing::Exclusive) else {
        return Ok(());
    };
    for file in host.files.list(&path)? {
        let key = file.file_stem().and_then(|stem| stem.to_str()).and_then(Sha256::from_hex);
        if key.is_some_and(&is_delivered) {
            host.files.remove_file(&file)?;
        }
    }
    clear_locks(host.files, &of_locks)
}

/// Moves a verified wheel to where its download will find it, unless it is being downloaded. Failures are ignored: this
/// only saves a download.
pub(in crate::fetch) fn keep_for_download(files: Files, locks: &Locks, cache_dir: &Path, sha256: Sha256, wheel: &Path) {
    let downloads = cache_dir.join(DOWNLOADS);
    if !is_private(files, cache_dir, DOWNLOADS) {
        return;
    }
    let key = sha256.to_hex();
    let take = |name: &str, sharing| locks.try_take(&downloads.join(name), sharing);
    let Ok(_presence) = take(PRESENCE, Sharing::Shared) else { return };
    let Ok(_lock) = take(&lock_name(&key), Sharing::Exclusive) else { return };
    let partial = downloads.join(partial_name(&key));
    if files.kind(&partial).is_ok_and(|kind| kind.is_none()) {
        let _ = files.rename(wheel, &partial);
    }
}

impl Directory {
    pub(super) fn enter(
        host: &Host,
        cache: &Path,
        interrupt: &Interrupt,
        progress: &dyn Progress,
    ) -> Result<Self, LockError> {
        let path = cache.join(DOWNLOADS);
        let presence =
            host.locks.wait(&path.join(PRESENCE), Sharing::Shared, interrupt, Some(LONGEST_CLEARING), progress)?;
        if !host.files.is_dir(&path) {
            // The lock lies elsewhere.
            host.files.create_dirs(&path).map_err(|FileError { path, source, .. }| LockError::Io { path, source })?;
        }
        Ok(Self { path, files: host.files, locks: host.locks.clone(), presence })
    }

    /// Waits until no other thread or process downloads the file, and locks it.
    pub(super) fn claim(
        &self,
        item: Item<'_>,
        interrupt: &Interrupt,
        progress: &dyn Progress,
    ) -> Result<Claim, LockError> {
        let key = key(item);
        let lock_path = self.path.join(lock_name(&key));
        let lock = self.locks.wait(&lock_path, Sharing::Exclusive, interrupt, None, progress)?;
        let tag_file = TagFile { path: self.path.join(format!("{key}.etag")), files: self.files };
        Ok(Claim { partial: self.path.join(partial_name(&key)), tag_file, _lock: lock })
    }

    /// Removes the lock files, unless another process may hold one.
    pub(super) fn leave(self) -> Result<(), FileError> {
        let presence = self.path.join(PRESENCE);
        drop(self.presence);
        let Ok(_alone) = self.locks.try_take(&presence, Sharing::Exclusive) else {
            return Ok(());
        };
        clear_locks(self.files, &self.locks.path_of(&self.path))
    }
}

/// The name of the file that holds the received bytes.
fn partial_name(key: &str) -> String {
    format!("{key}.part")
}

/// The name of the lock on that file.
fn lock_name(key: &str) -> String {
    format!("{key}.{LOCK_EXTENSION}")
}

/// Removes the locks of files, of which nobody may hold one.
fn clear_locks(files: Files, directory: &Path) -> Result<(), FileError> {
    let is_lock = |path: &&PathBuf| path.extension().is_some_and(|extension| extension == LOCK_EXTENSION);
    files.list(directory)?.iter().filter(is_lock).try_for_each(|lock| files.remove_file(lock))
}

impl Claim {
    /// Removes the received bytes.
    pub(super) fn clear(&self, files: Files) -> Result<(), FileError> {
        files.remove_file(&self.partial)?;
        self.tag_file.write(None)
    }
}

impl TagFile {
    pub(super) fn read(&self) -> Result<Option<String>, FileError> {
        let bytes = self.files.read_if_present(&self.path)?;
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    pub(super) fn write(&self, etag: Option<&str>) -> Result<(), FileError> {
        match etag {
            Some(etag) => self.files.write_unsynced(&self.path, etag.as_bytes()),
            None => self.files.remove_file(&self.path),
        }
    }
}

/// A name for the file: its SHA-256 if stated, else another stated digest, else a hash of its address.
fn key(item: Item<'_>) -> String {
    if let Some(sha256) = item.digests.and_then(Digests::sha256) {
        return sha256.to_hex();
    }
    let other = item.digests.and_then(|digests| digests.as_slice().first());
    match (other, item.location) {
        (Some(digest), _) => format!("{}-{}", digest.algorithm().name(), digest.to_hex()),
        (None, Location::Url(url)) => format!("url-{}", Sha256::of(plain(url).as_bytes())),
        (None, Location::Path(path)) => format!("path-{}", Sha256::of(path.as_os_str().as_encoded_bytes())),
    }
}

/// The address without the parts that change between runs: credentials, and a query that may hold a signature.
fn plain(address: &Address) -> String {
    let Ok(mut url) = address.to_url() else {
        return address.to_string();
    };
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}
