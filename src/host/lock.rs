//! Locks between processes: the operating system's own, so that a dead process never holds one.
#![expect(clippy::disallowed_methods, reason = "this is the access to file locks")]

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::checkpoint::checkpoint;
use super::lock_error::LockError;
use super::lock_holder::Holder;
use super::lock_place::{LockPlace, Opened};

/// States if others may hold the lock at the same time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sharing {
    Exclusive,
    Shared,
}

/// A held lock; dropping it releases it.
#[derive(Debug)]
pub struct FileLock {
    file: File,
    place: LockPlace,
    holder: Arc<Holder>,
}

impl FileLock {
    /// Takes the lock without waiting.
    pub(super) fn try_take(place: &LockPlace, sharing: Sharing, holder: &Arc<Holder>) -> Result<Self, LockError> {
        Self::obtain(place, holder, |file| match sharing {
            Sharing::Exclusive => file.try_lock(),
            Sharing::Shared => file.try_lock_shared(),
        })
    }

    /// Lets the program that takes this process's place go on holding the lock, until it ends. On Windows this process
    /// waits for it, and holds the lock itself.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn pass_on(&self) -> Result<(), LockError> {
        #[cfg(unix)]
        rustix::io::fcntl_setfd(&self.file, rustix::io::FdFlags::empty()).map_err(|error| self.failed(error.into()))?;
        #[cfg(not(unix))]
        let _ = &self.file;
        Ok(())
    }

    /// Checks, by requesting it again, that the lock excludes others: some file systems grant every lock.
    ///
    /// # Errors
    /// [`LockError::Io`] if it does not.
    pub fn check(&self) -> Result<(), LockError> {
        match open(&self.place)?.file.try_lock() {
            Err(TryLockError::WouldBlock) => Ok(()),
            Ok(()) => Err(self.failed(io::Error::new(io::ErrorKind::Unsupported, "the file system ignores locks"))),
            Err(TryLockError::Error(source)) => Err(self.failed(source)),
        }
    }

    fn failed(&self, source: io::Error) -> LockError {
        LockError::Io { path: self.place.path.clone(), source }
    }

    /// Removes the lock's file and releases the lock: for locks on things that no longer exist.
    pub fn remove(self) {
        // A process that waits for it notices that the file is gone and takes a new one. A file that cannot be removed
        // does no harm.
        checkpoint("disk");
        let _ = std::fs::remove_file(&self.place.path);
    }

    fn obtain(
        place: &LockPlace,
        holder: &Arc<Holder>,
        lock: impl Fn(&File) -> Result<(), TryLockError>,
    ) -> Result<Self, LockError> {
        let path = &place.path;
        loop {
            let Opened { file, is_new } = open(place)?;
            match lock(&file) {
                Ok(()) if is_still_at(&file, path) => {
                    holder.write(&file);
                    return Ok(Self { file, place: place.clone(), holder: Arc::clone(holder) });
                }
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(LockError::Busy { path: path.to_owned(), holder: Holder::read_running(&file) });
                }
                Err(TryLockError::Error(source)) => {
                    // A system can be out of locks for a moment: an existing file may be locked by another process.
                    if is_new {
                        let _ = std::fs::remove_file(path);
                    }
                    return Err(LockError::Io { path: path.to_owned(), source: name_unsupported(source) });
                }
            }
        }
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        self.holder.erase(&self.file);
    }
}

/// Gives the errors for a file system without locks one kind.
#[cfg(unix)]
fn name_unsupported(error: io::Error) -> io::Error {
    use rustix::io::Errno;
    match Errno::from_io_error(&error) {
        // NFS returns `ENOLCK` if no lock server runs.
        Some(Errno::NOLCK | Errno::NOSYS | Errno::OPNOTSUPP) => {
            io::Error::new(io::ErrorKind::Unsupported, "the file system does not support locks")
        }
        _ => error,
    }
}

#[cfg(windows)]
fn name_unsupported(error: io::Error) -> io::Error {
    error
}

/// True if the path still leads to the locked file: its previous holder may have removed it.
#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(windows)]
fn is_still_at(file: &File, path: &Path) -> bool {
    let held = file.try_clone().and_then(same_file::Handle::from_file);
    matches!((held, same_file::Handle::from_path(path)), (Ok(held), Ok(there)) if held == there)
}

/// Opens the lock file. If another process removes its directory at the same time because it became empty, tries again.
fn open(place: &LockPlace) -> Result<Opened, LockError> {
    const ATTEMPTS: usize = 100;
    let mut attempt = 0;
    loop {
        match place.open() {
            Err(LockError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound && attempt < ATTEMPTS => {
                attempt += 1;
            }
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_that_another_holds_stays_where_locking_fails() {
        let directory = tempfile::tempdir().unwrap();
        let place = |name: &str| LockPlace { path: directory.path().join(name), moved: None };
        let (held, new) = (place("held"), place("new"));
        let holder = Arc::new(Holder::this_process("install"));
        let _held = FileLock::try_take(&held, Sharing::Exclusive, &holder).unwrap();
        for place in [&held, &new] {
            let failing = |_: &File| Err(TryLockError::Error(io::Error::other("out of locks")));
            assert!(matches!(FileLock::obtain(place, &holder, failing), Err(LockError::Io { .. })));
        }
        assert_eq!([held.path.exists(), new.path.exists()], [true, false]);
        assert!(matches!(FileLock::try_take(&held, Sharing::Exclusive, &holder), Err(LockError::Busy { .. })));
    }
}
