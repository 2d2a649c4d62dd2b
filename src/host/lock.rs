//! Locks between processes: the operating system's own, so that a dead process never holds one.
#![expect(clippy::disallowed_methods, reason = "this is the access to file locks")]

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::checkpoint::checkpoint;
use super::{Interrupt, Interrupted};

/// States if others may hold the lock at the same time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sharing {
    Exclusive,
    Shared,
}

/// A held lock; dropping it releases it.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
    path: PathBuf,
}

/// A lock that was not obtained.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("`{}` is locked by another process", path.display())]
    Busy { path: PathBuf },
    /// This process was asked to stop while it waited.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The lock file cannot be opened or locked.
    #[error("failed to lock `{}`", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// How often a lock that another process holds is tried.
const POLL: Duration = Duration::from_millis(50);

impl FileLock {
    /// Takes the lock on a file, which is created when missing, without waiting.
    ///
    /// # Errors
    /// [`LockError::Busy`] when another process holds it in a way that excludes this one.
    pub fn try_take(path: &Path, sharing: Sharing) -> Result<Self, LockError> {
        Self::obtain(path, |file| match sharing {
            Sharing::Exclusive => file.try_lock(),
            Sharing::Shared => file.try_lock_shared(),
        })
    }

    /// Takes the lock on a file, which is created when missing, and waits for it: as long as it takes, or up to a time
    /// limit. Calls `on_wait` once, if it has to wait at all.
    ///
    /// # Errors
    /// [`LockError::Busy`] at the time limit, [`LockError::Interrupted`] when the process is asked to stop.
    pub fn wait(
        path: &Path,
        sharing: Sharing,
        interrupt: &Interrupt,
        limit: Option<Duration>,
        on_wait: impl FnOnce(),
    ) -> Result<Self, LockError> {
        let started = Instant::now();
        let mut on_wait = Some(on_wait);
        loop {
            match Self::try_take(path, sharing) {
                Err(LockError::Busy { .. }) if limit.is_none_or(|limit| started.elapsed() < limit) => {
                    if let Some(on_wait) = on_wait.take() {
                        on_wait();
                    }
                    interrupt.check()?;
                    std::thread::sleep(POLL);
                }
                taken => return taken,
            }
        }
    }

    /// Checks, by requesting it again, that the lock excludes others: some file systems grant every lock.
    ///
    /// # Errors
    /// [`LockError::Io`] if it does not.
    pub fn check(&self) -> Result<(), LockError> {
        match open(&self.path)?.file.try_lock() {
            Err(TryLockError::WouldBlock) => Ok(()),
            Ok(()) => Err(self.failed(io::Error::new(io::ErrorKind::Unsupported, "the file system ignores locks"))),
            Err(TryLockError::Error(source)) => Err(self.failed(source)),
        }
    }

    fn failed(&self, source: io::Error) -> LockError {
        LockError::Io { path: self.path.clone(), source }
    }

    /// Removes the lock's file and releases the lock: for locks on things that no longer exist.
    pub fn remove(self) {
        // A process that waits for it notices that the file is gone and takes a new one. A file that cannot be removed
        // does no harm: it is empty.
        checkpoint("disk");
        let _ = std::fs::remove_file(&self.path);
    }

    fn obtain(path: &Path, lock: impl Fn(&File) -> Result<(), TryLockError>) -> Result<Self, LockError> {
        loop {
            let Opened { file, is_new } = open(path)?;
            match lock(&file) {
                Ok(()) if is_still_at(&file, path) => return Ok(Self { _file: file, path: path.to_owned() }),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(LockError::Busy { path: path.to_owned() }),
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

/// A lock file, not locked yet.
struct Opened {
    file: File,
    /// True if this opening created it.
    is_new: bool,
}

/// Opens the lock file, which is created with its directory if missing. If another process removes that directory
/// at the same time because it became empty, tries again.
fn open(path: &Path) -> Result<Opened, LockError> {
    const ATTEMPTS: usize = 100;
    let mut attempt = 0;
    loop {
        match try_open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && attempt < ATTEMPTS => attempt += 1,
            other => return other.map_err(|source| LockError::Io { path: path.to_owned(), source }),
        }
    }
}

fn try_open(path: &Path) -> io::Result<Opened> {
    let directory = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory)?;
    let access = Access::of_writers(directory)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    let mut new = options.clone();
    access.apply_to(&mut new);
    let opened = match new.create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Opened { file: options.open(path)?, is_new: false }
        }
        made => Opened { file: made?, is_new: true },
    };
    access.restore_on(&opened.file)?;
    Ok(opened)
}

/// The users who may open a lock file: those who may write to its directory. To lock a file it is enough to open it, so
/// everybody else could hold a lock that others may open to read.
struct Access {
    #[cfg(unix)]
    mode: u32,
}

#[cfg(unix)]
impl Access {
    fn of_writers(directory: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;
        let writable = std::fs::metadata(directory)?.mode() & 0o022;
        Ok(Self { mode: 0o600 | writable | writable << 1 })
    }

    fn apply_to(&self, options: &mut OpenOptions) {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(self.mode);
    }

    /// Sets the mode where the umask has reduced it, or an earlier version of Kingbolt has made the file.
    fn restore_on(&self, file: &File) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let metadata = file.metadata()?;
        let is_ours = metadata.uid() == rustix::process::geteuid().as_raw();
        if is_ours && metadata.mode() & 0o777 != self.mode {
            // A file system without modes refuses this, and shows the same mode for all files.
            let _ = file.set_permissions(std::fs::Permissions::from_mode(self.mode));
        }
        Ok(())
    }
}

#[cfg(windows)]
impl Access {
    /// A file inherits the access list of its directory.
    #[expect(clippy::unnecessary_wraps, reason = "Unix reads the mode of the directory")]
    fn of_writers(_directory: &Path) -> io::Result<Self> {
        Ok(Self {})
    }

    fn apply_to(&self, _options: &mut OpenOptions) {}

    #[expect(clippy::unnecessary_wraps, reason = "Unix sets the mode of the file")]
    fn restore_on(&self, _file: &File) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_file_that_another_holds_stays_where_locking_fails() {
        let directory = tempfile::tempdir().unwrap();
        let (held, new) = (directory.path().join("held"), directory.path().join("new"));
        let _held = FileLock::try_take(&held, Sharing::Exclusive).unwrap();
        for path in [&held, &new] {
            let failing = |_: &File| Err(TryLockError::Error(io::Error::other("out of locks")));
            assert!(matches!(FileLock::obtain(path, failing), Err(LockError::Io { .. })));
        }
        assert_eq!([held.exists(), new.exists()], [true, false]);
        assert!(matches!(FileLock::try_take(&held, Sharing::Exclusive), Err(LockError::Busy { .. })));
    }
}
