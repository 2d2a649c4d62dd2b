//! Named places at which tests kill the process, to see that nothing is half-done. Without the feature `checkpoints`,
//! which no release has, they are nothing.

#[cfg(not(feature = "checkpoints"))]
use std::path::Path;

/// Passes a place: a change is about to be made, or was just made.
#[cfg(not(feature = "checkpoints"))]
#[inline]
pub fn checkpoint(_name: &str) {}

/// Passes a place after which a directory is removed with all below it: in between, any part of it may be missing.
#[cfg(not(feature = "checkpoints"))]
#[inline]
pub(super) fn checkpoint_in_removal(_directory: &Path) {}

#[cfg(feature = "checkpoints")]
pub use armed::checkpoint;
#[cfg(feature = "checkpoints")]
pub(super) use armed::checkpoint_in_removal;

#[cfg(feature = "checkpoints")]
mod armed {
    #![expect(clippy::disallowed_methods, reason = "this is part of the access to the system")]

    use std::collections::BTreeMap;
    use std::env;
    use std::fs::{self, OpenOptions};
    use std::io::Write;
    use std::path::Path;
    use std::sync::{Mutex, PoisonError};

    /// `<name>:<n>`: the process kills itself when it passes the place for the n-th time, counted from one.
    const FATAL: &str = "KINGBOLT_CHECKPOINT";

    /// A file that gets a line for every place that is passed.
    const LOG: &str = "KINGBOLT_CHECKPOINT_LOG";

    /// How often each place was passed.
    static PASSED: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());

    /// Passes a place, or dies there.
    pub fn checkpoint(name: &str) {
        pass(name, || {});
    }

    /// Passes two places, or dies there when one half of what is below the directory is gone, or the other half.
    pub(in crate::host) fn checkpoint_in_removal(directory: &Path) {
        pass("one half removed", || remove_half(directory, 0));
        pass("other half removed", || remove_half(directory, 1));
    }

    fn pass(name: &str, last: impl Fn()) {
        // Held to the end: when this thread dies, no other has passed a later place.
        let mut passed = PASSED.lock().unwrap_or_else(PoisonError::into_inner);
        let count = passed.entry(name.to_owned()).or_default();
        *count += 1;
        if let Some(path) = env::var_os(LOG) {
            let log = OpenOptions::new().append(true).create(true).open(path);
            let _ = log.and_then(|mut log| log.write_all(format!("{name}:{count}\n").as_bytes()));
        }
        if env::var(FATAL).is_ok_and(|fatal| fatal == format!("{name}:{count}")) {
            last();
            die();
        }
    }

    /// Removes every second file and link below a directory, in the order of their names, from the first or the second on.
    fn remove_half(directory: &Path, from: usize) {
        let Ok(entries) = fs::read_dir(directory) else { return };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for (index, path) in paths.iter().enumerate() {
            if path.is_dir() && !path.is_symlink() {
                remove_half(path, from);
            } else if index % 2 == from {
                let _ = fs::remove_file(path);
            }
        }
    }

    /// Ends the process on the spot: nothing is dropped, flushed or handled.
    fn die() {
        #[cfg(unix)]
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::process::abort();
    }
}
