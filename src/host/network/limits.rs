//! Limits of the bodies that servers send: how many long ones are in memory at once, and how slowly one may arrive.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::io::EventLoop;
use crate::host::Interrupted;

/// The bytes of a body from which on it is long.
pub(super) const LONG: usize = 4 * 1024 * 1024;

/// The interval at which a place in memory is asked for again.
const POLL: Duration = Duration::from_millis(20);

/// Lets one long body at a time into memory. Many threads fetch pages, and each page may be made to be long.
#[derive(Clone, Debug, Default)]
pub(super) struct LongBodies(Arc<AtomicBool>);

/// The place of a long body. It is free again when this value is dropped.
#[derive(Debug)]
pub(super) struct Place(Arc<AtomicBool>);

impl LongBodies {
    /// Waits for the place.
    pub(super) fn enter(&self, event_loop: &EventLoop) -> Result<Place, Interrupted> {
        while self.0.swap(true, Ordering::Acquire) {
            event_loop.sleep(POLL)?;
        }
        Ok(Place(Arc::clone(&self.0)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// The speed of a body, measured while it is waited for.
#[derive(Debug)]
pub(super) struct Pace {
    /// The bytes that have to arrive within the time.
    pub(super) least: u64,
    pub(super) within: Duration,
    waited: Duration,
    received: u64,
}

impl Pace {
    pub(super) fn new(least: u64, within: Duration) -> Self {
        Self { least, within, waited: Duration::ZERO, received: 0 }
    }

    /// Adds the bytes that arrived after a wait. Returns false if they arrive too slowly.
    pub(super) fn holds_after(&mut self, waited: Duration, bytes: u64) -> bool {
        self.waited += waited;
        self.received += bytes;
        if self.received >= self.least {
            (self.waited, self.received) = (Duration::ZERO, 0);
        }
        self.waited < self.within
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_arrives_at_the_least_speed_or_is_too_slow() {
        let second = Duration::from_secs(1);
        let mut pace = Pace::new(10, 5 * second);
        assert!((0..100).all(|_| pace.holds_after(second, 2) || pace.holds_after(second, 2)));
        let mut pace = Pace::new(10, 5 * second);
        assert!((0..4).all(|_| pace.holds_after(second, 1)));
        assert!(pace.holds_after(second, 6));
        assert!((0..4).all(|_| pace.holds_after(second, 1)));
        assert!(!pace.holds_after(second, 5));
    }
}
