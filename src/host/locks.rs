//! The locks of this process: beside what they guard, or in a directory of their own.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::lock::{FileLock, Sharing};
use super::lock_error::{LockError, in_parentheses};
use super::lock_holder::Holder;
use super::lock_place::{LockPlace, MovedLocks};
use super::{Clock, Event, Files, Interrupt, Progress};
use crate::vocab::Sha256;

/// Access to locks. Clones share it.
#[derive(Clone, Debug)]
pub struct Locks {
    moved: Arc<[MovedLocks]>,
    this_process: Arc<Holder>,
    /// The processes that were waited for, of which each is reported once.
    reported: Arc<Mutex<Vec<Option<Holder>>>>,
}

/// The number of hexadecimal digits that name the locks of a directory: 128 bits.
const NAME_DIGITS: usize = 32;

/// How often a lock that another process holds is tried.
const POLL: Duration = Duration::from_millis(50);

/// The time after which a wait is reported: most locks are held for less.
const REPORTED_AFTER: Duration = Duration::from_millis(200);

impl Locks {
    /// Locks beside what they guard, held by a process that carries out a command.
    pub fn new(command: &str) -> Self {
        let this_process = Arc::new(Holder::this_process(command));
        Self { moved: Arc::default(), this_process, reported: Arc::default() }
    }

    /// The same in a directory of their own, with one directory for each guarded directory, named by the hash of its
    /// path.
    #[must_use]
    pub fn moved_to(self, files: Files, directory: &Path, guarded: &[&Path]) -> Self {
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
        Self { moved: moved.into(), ..self }
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
        FileLock::try_take(&self.place(path), sharing, &self.this_process)
    }

    /// Takes the lock on a file, which is created when missing, and waits for it: as long as it takes, or up to a time
    /// limit. Reports whom it waits for.
    ///
    /// # Errors
    /// [`LockError::Busy`] at the time limit, [`LockError::Interrupted`] when the process is asked to stop.
    pub fn wait(
        &self,
        path: &Path,
        sharing: Sharing,
        interrupt: &Interrupt,
        limit: Option<Duration>,
        progress: &dyn Progress,
    ) -> Result<FileLock, LockError> {
        let started = Clock.instant();
        loop {
            match self.try_take(path, sharing) {
                Err(LockError::Busy { holder, .. }) if limit.is_none_or(|limit| started.elapsed() < limit) => {
                    if started.elapsed() >= REPORTED_AFTER {
                        self.report(holder, progress);
                    }
                    interrupt.check()?;
                    Clock.sleep(POLL);
                }
                taken => return taken,
            }
        }
    }

    fn report(&self, holder: Option<Holder>, progress: &dyn Progress) {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        let is_this_process = holder.as_ref() == Some(&*self.this_process);
        if !is_this_process && !reported.contains(&holder) {
            let message = format!("waiting for another Kingbolt{}", in_parentheses(holder.as_ref()));
            progress.event(Event::Warning { message: &message });
            reported.push(holder);
        }
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
