//! Locks between processes: the operating system's own, so that a dead process never holds one.
#![expect(clippy::disallowed_methods, reason = "this is the door to file locks")]

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// Whether others may hold the lock at the same time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sharing {
    Exclusive,
    Shared,
}

/// A held lock; dropping it releases it.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

/// A lock that was not obtained.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("`{}` is locked by another process", path.display())]
    Busy { path: PathBuf },
    /// The lock file cannot be opened or locked.
    #[error("failed to lock `{}`", path.display())]
    Io { path: PathBuf, source: io::Error },
}

impl FileLock {
    /// Takes the lock on a file, which is created when missing, without waiting.
    ///
    /// # Errors
    /// [`LockError::Busy`] when another process holds it in a way that excludes this one.
    pub fn try_take(path: &Path, sharing: Sharing) -> Result<Self, LockError> {
        let file = open(path)?;
        let taken = match sharing {
            Sharing::Exclusive => file.try_lock(),
            Sharing::Shared => file.try_lock_shared(),
        };
        match taken {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Busy { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(LockError::Io { path: path.to_owned(), source }),
        }
    }

    /// Takes the lock on a file, which is created when missing, and waits for it.
    ///
    /// # Errors
    /// When the file cannot be opened or locked.
    pub fn take(path: &Path, sharing: Sharing) -> Result<Self, LockError> {
        let file = open(path)?;
        let taken = match sharing {
            Sharing::Exclusive => file.lock(),
            Sharing::Shared => file.lock_shared(),
        };
        match taken {
            Ok(()) => Ok(Self { _file: file }),
            Err(source) => Err(LockError::Io { path: path.to_owned(), source }),
        }
    }
}

fn open(path: &Path) -> Result<File, LockError> {
    let io = |source| LockError::Io { path: path.to_owned(), source };
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory).map_err(io)?;
    }
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(io)
}
