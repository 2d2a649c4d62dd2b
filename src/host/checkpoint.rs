//! Named places at which tests kill the process, to see that nothing is half-done. Without the feature `checkpoints`,
//! which no release has, they are nothing.

/// Passes a place: a change is about to be made, or was just made.
#[cfg(not(feature = "checkpoints"))]
#[inline]
pub fn checkpoint(_name: &str) {}

#[cfg(feature = "checkpoints")]
pub use armed::checkpoint;

#[cfg(feature = "checkpoints")]
mod armed {
    #![expect(clippy::disallowed_methods, reason = "this is part of the door out of the process")]

    use std::collections::BTreeMap;
    use std::env;
    use std::fs::OpenOptions;
    use std::io::Write;
    use std::sync::{Mutex, PoisonError};

    /// `<name>:<n>`: the process kills itself when it passes the place for the n-th time, counted from one.
    const FATAL: &str = "KINGBOLT_CHECKPOINT";

    /// A file that gets a line for every place that is passed.
    const LOG: &str = "KINGBOLT_CHECKPOINT_LOG";

    /// How often each place was passed.
    static PASSED: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());

    /// Passes a place, or dies there.
    pub fn checkpoint(name: &str) {
        // Held to the end: when this thread dies, no other has passed a later place.
        let mut passed = PASSED.lock().unwrap_or_else(PoisonError::into_inner);
        let count = passed.entry(name.to_owned()).or_default();
        *count += 1;
        if let Some(path) = env::var_os(LOG) {
            let log = OpenOptions::new().append(true).create(true).open(path);
            let _ = log.and_then(|mut log| log.write_all(format!("{name}:{count}\n").as_bytes()));
        }
        if env::var(FATAL).is_ok_and(|fatal| fatal == format!("{name}:{count}")) {
            die();
        }
    }

    /// Ends the process on the spot: nothing is dropped, flushed or handled.
    fn die() {
        #[cfg(unix)]
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::process::abort();
    }
}
