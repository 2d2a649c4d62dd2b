//! The clock.
#![expect(clippy::disallowed_methods, reason = "this is the access to the clock")]

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::vocab::string_conversions;

/// Gives the time.
#[derive(Clone, Copy, Debug)]
pub struct Clock;

/// A moment in UTC with a resolution of one second, written as RFC 3339.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(OffsetDateTime);

impl Clock {
    /// The current time, for users and receipts.
    pub fn now(self) -> Timestamp {
        let now = OffsetDateTime::from(SystemTime::now());
        Timestamp(now.replace_nanosecond(0).unwrap_or(now))
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

impl Timestamp {
    /// Seconds since the beginning of 1970.
    pub fn unix_seconds(self) -> i64 {
        self.0.unix_timestamp()
    }
}

impl FromStr for Timestamp {
    type Err = time::error::Parse;

    fn from_str(text: &str) -> Result<Self, time::error::Parse> {
        OffsetDateTime::parse(text, &Rfc3339).map(Self)
    }
}

string_conversions!(Timestamp);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}
