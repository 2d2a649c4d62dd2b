//! Limits on the time at which files were uploaded, as uv's `--exclude-newer` writes them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, ToSpan, Unit};
use serde::{Deserialize, Serialize};

use super::string_conversions;
use super::timestamp::Timestamp;

/// The limit for files that count.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum UploadLimit {
    /// They are at least this old, in whole seconds.
    Age(Duration),
    /// They were uploaded before this moment.
    Before(Timestamp),
    /// None: `false`.
    Off,
}

/// Text that is not a limit.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidUploadLimit {
    #[error(
        "it is not a date (`2026-01-31`), a time (`2026-01-31T12:00:00Z`), a duration (`7 days`, `P7D`) or `false`"
    )]
    Syntax,
    /// uv refuses them too, because their length varies.
    #[error("months and years have no fixed length; use days")]
    Unit,
}

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;

impl UploadLimit {
    /// The moment from which files do not count, if there is one.
    pub fn cutoff(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Age(age) => Some(now.before(age)),
            Self::Before(moment) => Some(moment),
            Self::Off => None,
        }
    }

    /// A limit of whole days.
    pub const fn days(days: u64) -> Self {
        Self::Age(Duration::from_secs(days * SECONDS_PER_DAY))
    }
}

impl FromStr for UploadLimit {
    type Err = InvalidUploadLimit;

    /// A date stands for its end, and a time without a zone is in UTC, so that a limit is the same on every machine.
    fn from_str(text: &str) -> Result<Self, InvalidUploadLimit> {
        let text = text.trim();
        if text == "false" {
            return Ok(Self::Off);
        }
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return before(moment);
        }
        if let Ok(moment) = text.parse::<DateTime>() {
            let is_date = !text.contains(['T', 't', ' ']);
            let moment = if is_date { moment.checked_add(1.day()) } else { Ok(moment) };
            let moment = moment.and_then(|moment| TimeZone::UTC.to_timestamp(moment));
            return before(moment.map_err(|_| InvalidUploadLimit::Syntax)?);
        }
        let span: Span = text.parse().map_err(|_| InvalidUploadLimit::Syntax)?;
        if span.get_years() != 0 || span.get_months() != 0 {
            return Err(InvalidUploadLimit::Unit);
        }
        let seconds = span.total((Unit::Second, SpanRelativeTo::days_are_24_hours()));
        let seconds = seconds.map_err(|_| InvalidUploadLimit::Syntax)?;
        // `3 days ago` is the same as `3 days`.
        Duration::try_from_secs_f64(seconds.abs().round()).map(Self::Age).map_err(|_| InvalidUploadLimit::Syntax)
    }
}

fn before(moment: jiff::Timestamp) -> Result<UploadLimit, InvalidUploadLimit> {
    let moment = Timestamp::from_unix_seconds(moment.as_second()).ok_or(InvalidUploadLimit::Syntax)?;
    Ok(UploadLimit::Before(moment))
}

string_conversions!(UploadLimit);

impl fmt::Display for UploadLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Age(age) => {
                let units = [(SECONDS_PER_DAY, "day"), (60 * 60, "hour"), (60, "minute"), (1, "second")];
                let is_whole = |(length, _): &(u64, &str)| age.as_secs() % length == 0;
                let (length, unit) = units.into_iter().find(is_whole).unwrap_or((1, "second"));
                let count = age.as_secs() / length;
                write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
            }
            Self::Before(moment) => moment.fmt(f),
            Self::Off => f.write_str("false"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_uv_writes_them() {
        for (text, expected) in [
            ("7d", "7 days"),
            ("P7D", "7 days"),
            ("2 weeks", "14 days"),
            ("PT24H", "1 day"),
            ("1 week, 2 days", "9 days"),
            ("3 days ago", "3 days"),
            ("1h30m", "90 minutes"),
            ("0d", "0 days"),
            ("2026-01-31", "2026-02-01T00:00:00Z"),
            ("2026-01-31T12:00", "2026-01-31T12:00:00Z"),
            ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z"),
            ("false", "false"),
        ] {
            let limit = text.parse::<UploadLimit>().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(limit.to_string(), expected, "{text}");
            assert_eq!(expected.parse::<UploadLimit>(), Ok(limit), "{text}");
        }
        for text in ["", "7", "now", "true", "2026-13-01", "99999999999999 weeks"] {
            assert_eq!(text.parse::<UploadLimit>(), Err(InvalidUploadLimit::Syntax), "{text}");
        }
        for text in ["1 month", "P1M", "1y"] {
            assert_eq!(text.parse::<UploadLimit>(), Err(InvalidUploadLimit::Unit), "{text}");
        }
    }
}
