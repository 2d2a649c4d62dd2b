//! Ctrl-C and termination: a flag that long work checks between steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that is raised to stop this process. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    flag: Arc<AtomicBool>,
    above: Option<Arc<Self>>,
}

/// The process was asked to stop.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

impl Interrupt {
    /// A flag raised by Ctrl-C, and on Unix by SIGTERM and SIGHUP. Where no handler can be set the flag is never
    /// raised and the system's default applies: the process dies, which every state on disk survives.
    pub fn listening() -> Self {
        let interrupt = Self::default();
        let flag = interrupt.clone();
        let _ = ctrlc::set_handler(move || flag.raise());
        interrupt
    }

    /// A flag for a part of the work: up when this one is, and raised alone it stops that part only.
    #[must_use]
    pub fn branch(&self) -> Self {
        Self { flag: Arc::default(), above: Some(Arc::new(self.clone())) }
    }

    /// Raises the flag.
    pub fn raise(&self) {
        self.flag.store(true, Ordering::Relaxed);
    }

    /// True if the flag was raised.
    pub fn is_raised(&self) -> bool {
        self.flag.load(Ordering::Relaxed) || self.above.as_ref().is_some_and(|above| above.is_raised())
    }

    /// For use between steps: `host.interrupt.check()?`.
    ///
    /// # Errors
    /// When the flag was raised.
    pub fn check(&self) -> Result<(), Interrupted> {
        if self.is_raised() { Err(Interrupted) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_work_stops_alone_and_with_the_whole() {
        let whole = Interrupt::default();
        let (one, other) = (whole.branch(), whole.branch());
        one.raise();
        assert_eq!([&whole, &one, &other].map(Interrupt::is_raised), [false, true, false]);
        whole.raise();
        assert!(other.is_raised());
    }
}
