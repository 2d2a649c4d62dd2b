//! The directory where downloads arrive. Shared by all processes: a lock for each file lets one work and the others
//! wait, and a lock on the directory says that somebody is here.

use std::path::{Path, PathBuf};

use url::Url;

use crate::host::{FileError, FileLock, Files, Host, Interrupt, LockError, Sharing};
use crate::vocab::{Digests, Location, Sha256};

use super::item::Item;

/// `<cache>/downloads`, in use.
#[derive(Debug)]
pub(super) struct Directory {
    path: PathBuf,
    files: Files,
    presence: FileLock,
}

/// A file of the directory that belongs to this thread alone.
#[derive(Debug)]
pub(super) struct Claim {
    /// What has arrived.
    pub(super) partial: PathBuf,
    pub(super) tag_file: TagFile,
    _lock: FileLock,
}

/// The entity tag of what has arrived, for files of which no digest is stated.
#[derive(Debug)]
pub(super) struct TagFile {
    path: PathBuf,
    files: Files,
}

pub(super) const PRESENCE: &str = ".lock";
const LOCK_EXTENSION: &str = "lock";

/// The lock that everybody holds who downloads into a cache, and that whoever empties it holds alone.
pub fn downloads_lock(cache_dir: &Path) -> PathBuf {
    cache_dir.join("downloads").join(PRESENCE)
}

/// Removes what arrived of wheels that got where they were wanted: a process that dies between that and clearing up
/// leaves it, with its locks. While somebody downloads, it stays for another time.
pub fn clear_delivered(host: &Host, cache_dir: &Path, is_delivered: impl Fn(Sha256) -> bool) -> Result<(), FileError> {
    let path = cache_dir.join("downloads");
    let presence = path.join(PRESENCE);
    if host.files.list(&path)?.iter().all(|file| *file == presence) {
        return Ok(());
    }
    let Ok(_alone) = FileLock::try_take(&presence, Sharing::Exclusive) else {
        return Ok(());
    };
    for file in host.files.list(&path)? {
        let key = file.file_stem().and_then(|stem| stem.to_str()).and_then(Sha256::from_hex);
        if is_lock(&file) || key.is_some_and(&is_delivered) {
            host.files.remove_file(&file)?;
        }
    }
    Ok(())
}

impl Directory {
    pub(super) fn enter(host: &Host, cache: &Path, interrupt: &Interrupt) -> Result<Self, LockError> {
        let path = cache.join("downloads");
        let presence = FileLock::wait(&path.join(PRESENCE), Sharing::Shared, interrupt, None, || {})?;
        Ok(Self { path, files: host.files, presence })
    }

    /// Waits until nobody else, in this process or another, works on the file.
    pub(super) fn claim(&self, item: Item<'_>, interrupt: &Interrupt) -> Result<Claim, LockError> {
        let key = key(item);
        let lock_path = self.path.join(lock_name(&key));
        let lock = FileLock::wait(&lock_path, Sharing::Exclusive, interrupt, None, || {})?;
        let tag_file = TagFile { path: self.path.join(format!("{key}.etag")), files: self.files };
        Ok(Claim { partial: self.path.join(partial_name(&key)), tag_file, _lock: lock })
    }

    /// Removes the lock files, if nobody else is here who may hold one.
    pub(super) fn leave(self) -> Result<(), FileError> {
        let presence = self.path.join(PRESENCE);
        drop(self.presence);
        let Ok(_alone) = FileLock::try_take(&presence, Sharing::Exclusive) else {
            return Ok(());
        };
        for lock in self.files.list(&self.path)?.into_iter().filter(|path| is_lock(path)) {
            self.files.remove_file(&lock)?;
        }
        Ok(())
    }
}

/// Of the file that has arrived, or some of it.
pub(super) fn partial_name(key: &str) -> String {
    format!("{key}.part")
}

/// Of the lock on it.
pub(super) fn lock_name(key: &str) -> String {
    format!("{key}.{LOCK_EXTENSION}")
}

fn is_lock(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == LOCK_EXTENSION)
}

impl Claim {
    /// Removes what has arrived.
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

/// A name for the file: its SHA-256 where stated, else another digest, else one that stands for its address.
fn key(item: Item<'_>) -> String {
    if let Some(sha256) = item.digests.and_then(Digests::sha256) {
        return sha256.to_hex();
    }
    let other = item.digests.and_then(|digests| digests.as_slice().first());
    match (other, item.location) {
        (Some(digest), _) => format!("{}-{}", digest.algorithm().name(), digest.hex()),
        (None, Location::Url(url)) => format!("url-{}", Sha256::of(plain(url).as_bytes())),
        (None, Location::Path(path)) => format!("path-{}", Sha256::of(path.as_os_str().as_encoded_bytes())),
    }
}

/// The address without what changes from time to time: credentials, and a query that holds a signature.
fn plain(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else {
        return address.to_owned();
    };
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}
