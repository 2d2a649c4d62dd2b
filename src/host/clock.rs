//! The clock.
#![expect(clippy::disallowed_methods, reason = "this is the access to the clock")]

use std::time::{Duration, Instant, SystemTime};

use chrono::{Local, TimeZone};

use crate::vocab::Timestamp;

/// Gives the time.
#[derive(Clone, Copy, Debug)]
pub struct Clock;

impl Clock {
    /// The current time, for users and receipts.
    pub fn now(self) -> Timestamp {
        Timestamp::from(SystemTime::now())
    }

    /// A moment in the time zone of the machine, for people: `2026-11-28 00:35:11 +05:30`.
    pub fn local(self, moment: Timestamp) -> String {
        // Only a moment outside of the calendar has no local time.
        let local = Local.timestamp_opt(moment.unix_seconds(), 0).single();
        local.map_or_else(|| moment.to_string(), |local| local.format("%Y-%m-%d %H:%M:%S %:z").to_string())
    }

    /// The current time, for comparison with servers and file systems.
    pub fn system_time(self) -> SystemTime {
        SystemTime::now()
    }

    /// The current time, for measuring durations.
    pub fn instant(self) -> Instant {
        Instant::now()
    }

    /// The time since a moment; zero if it lies in the future.
    pub fn since(self, moment: SystemTime) -> Duration {
        SystemTime::now().duration_since(moment).unwrap_or_default()
    }

    /// Waits.
    pub fn sleep(self, duration: Duration) {
        std::thread::sleep(duration);
    }
}
