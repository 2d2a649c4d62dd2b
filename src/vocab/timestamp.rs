//! Moments, as receipts, records and indexes state them.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

use super::string_conversions;

/// A moment in UTC with a resolution of one second, written as RFC 3339.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(DateTime<Utc>);

/// Text that is not a moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("it is not a time as RFC 3339 writes it, such as `2026-01-31T12:00:00Z`")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// Seconds since the beginning of 1970.
    pub fn unix_seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// The moment that is so many seconds after the beginning of 1970; `None` if RFC 3339 cannot write it.
    pub fn from_unix_seconds(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).and_then(Self::of)
    }

    /// The moment so long before this one, or the earliest one.
    #[must_use]
    pub fn before(self, duration: Duration) -> Self {
        let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
        Self::from_unix_seconds(self.unix_seconds().saturating_sub(seconds))
            .map_or(EARLIEST, |moment| moment.max(EARLIEST))
    }

    fn of(moment: DateTime<Utc>) -> Option<Self> {
        let moment = DateTime::from_timestamp(moment.timestamp(), 0)?;
        (0..=9999).contains(&moment.year()).then_some(Self(moment))
    }
}

/// The beginning of 1970, before which there was no package.
const EARLIEST: Timestamp = Timestamp(DateTime::UNIX_EPOCH);

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let seconds =
            time.duration_since(SystemTime::UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok());
        seconds.and_then(Self::from_unix_seconds).unwrap_or(EARLIEST)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        DateTime::parse_from_rfc3339(text).ok().and_then(|moment| Self::of(moment.to_utc())).ok_or(InvalidTimestamp)
    }
}

string_conversions!(Timestamp);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_in_utc_and_have_whole_seconds() {
        for (text, expected) in [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
            ("2026-01-31T12:00:00.987654Z", "2026-01-31T12:00:00Z"),
            ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z"),
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), expected);
        }
        for text in ["", "2026-01-31", "2026-01-31T12:00:00", "0000-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"]
        {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text}");
        }
    }

    #[test]
    fn nothing_is_before_the_earliest_moment() {
        let moment = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(moment("2026-01-31T12:00:00Z").before(Duration::from_hours(36)), moment("2026-01-30T00:00:00Z"));
        assert_eq!(moment("2026-01-31T12:00:00Z").before(Duration::MAX), moment("1970-01-01T00:00:00Z"));
    }
}
