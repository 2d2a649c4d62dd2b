//! The locks of this process: beside what they guard, or in a directory of their own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::lock::{FileLock, Sharing};
use super::lock_error::LockError;
use super::lock_place::{LockPlace, MovedLocks};
use super::{Files, Interrupt};
use crate::vocab::Sha256;

/// Access to locks. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Locks {
    moved: Arc<[MovedLocks]>,
}

/// The number of hexadecimal digits that name the locks of a directory: 128 bits.
const NAME_DIGITS: usize = 32;

impl Locks {
    /// Locks in a directory of their own, with one directory for each guarded directory, named by the hash of its path.
    pub fn moved_to(files: Files, directory: &Path, guarded: &[&Path]) -> Self {
        let mut moved: Vec<MovedLocks> = guarded
            .iter()
            .map(|guarded| {
                let path = files.canonical_if_present(guarded);
                let mut name = Sha256::of(path.as_os_str().as_encoded_bytes()).to_hex();
                name.truncate(NAME_DIGITS);
                MovedLocks { directory: directory.join(name), guarded: (*guarded).to_owned() }
            })
            .collect();
        // A cache may lie in a home, or a home in a cache: the inner one guards.
        moved.sort_by_key(|moved| std::cmp::Reverse(moved.guarded.components().count()));
        Self { moved: moved.into() }
    }

    /// The path of a lock, or of a directory of locks, that is named by its path beside what it guards.
    pub fn path_of(&self, path: &Path) -> PathBuf {
        self.place(path).path
    }

    /// Removes the empty directory that holds the locks of a directory elsewhere.
    pub fn remove_moved_dir(&self, files: Files, directory: &Path) {
        let LockPlace { path, moved } = self.place(directory);
        if moved.is_some() {
            // One that is not empty stays, and that is no error.
            let _ = files.remove_dir(&path);
        }
    }

    /// Takes the lock on a file, which is created when missing, without waiting.
    ///
    /// # Errors
    /// [`LockError::Busy`] when another process holds it in a way that excludes this one.
    pub fn try_take(&self, path: &Path, sharing: Sharing) -> Result<FileLock, LockError> {
        FileLock::try_take(&self.place(path), sharing)
    }

    /// Takes the lock on a file, which is created when missing, and waits for it: as long as it takes, or up to a time
    /// limit. Calls `on_wait` once, if it has to wait at all.
    ///
    /// # Errors
    /// [`LockError::Busy`] at the time limit, [`LockError::Interrupted`] when the process is asked to stop.
    pub fn wait(
        &self,
        path: &Path,
        sharing: Sharing,
        interrupt: &Interrupt,
        limit: Option<Duration>,
        on_wait: impl FnOnce(),
    ) -> Result<FileLock, LockError> {
        FileLock::wait(&self.place(path), sharing, interrupt, limit, on_wait)
    }

    fn place(&self, path: &Path) -> LockPlace {
        let below = |moved: &MovedLocks| {
            let below = path.strip_prefix(&moved.guarded).ok()?;
            // By parts: joining with nothing would add a slash.
            Some(LockPlace { path: moved.directory.iter().chain(below).collect(), moved: Some(moved.clone()) })
        };
        self.moved.iter().find_map(below).unwrap_or_else(|| LockPlace { path: path.to_owned(), moved: None })
    }
}
