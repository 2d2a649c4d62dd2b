//! The retries of requests: which failures are retried, and when.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime};

use super::{NetworkError, NetworkSettings};

/// A failed attempt.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: NetworkError,
    pub(super) retry: Retry,
}

/// States if and when a request is tried again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Retry {
    /// After the time that the server requests.
    After(Duration),
    Never,
    /// After a delay of our own.
    Soon,
}

/// Counts the attempts of one request.
#[derive(Debug)]
pub(super) struct Backoff<'a> {
    settings: &'a NetworkSettings,
    attempts: u32,
    most: u32,
}

impl From<NetworkError> for Failure {
    fn from(error: NetworkError) -> Self {
        Self { error, retry: Retry::Never }
    }
}

impl Retry {
    /// The retry for an HTTP status; `retry_after` is the header of that name.
    pub(super) fn of_status(status: u16, retry_after: Option<&str>, now: SystemTime) -> Self {
        match (status, retry_after.and_then(|value| parse_retry_after(value, now))) {
            (408 | 429 | 500 | 502 | 503 | 504, None) => Self::Soon,
            (408 | 429 | 500 | 502 | 503 | 504, Some(delay)) => Self::After(delay),
            _ => Self::Never,
        }
    }
}

impl<'a> Backoff<'a> {
    /// At most as many retries as the settings allow, and as the request does.
    pub(super) fn new(settings: &'a NetworkSettings, most: u32) -> Self {
        Self { settings, attempts: 0, most: most.min(settings.retries) }
    }

    /// The delay before the next attempt, or the error if there is none.
    pub(super) fn next_delay(&mut self, failure: Failure) -> Result<Duration, NetworkError> {
        if failure.retry == Retry::Never || self.attempts >= self.most {
            return Err(failure.error);
        }
        let own = own_delay(self.settings, self.attempts);
        self.attempts += 1;
        let delay = if let Retry::After(asked) = failure.retry { asked.max(own) } else { own };
        Ok(delay.min(self.settings.longest_delay))
    }
}

/// The delay before another attempt if the server requests none.
pub(super) fn own_delay(settings: &NetworkSettings, attempts: u32) -> Duration {
    let delay = settings.first_delay.saturating_mul(1 << attempts.min(16));
    delay.mul_f64(1.0 + random_fraction() / 2.0).min(settings.longest_delay)
}

/// Seconds, or a date.
fn parse_retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// Between 0 and 1: many machines that were refused at the same time do not return at the same time.
fn random_fraction() -> f64 {
    let random = u32::try_from(RandomState::new().hash_one(0_u8) >> 32).unwrap_or(0);
    f64::from(random) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> NetworkSettings {
        NetworkSettings { retries: 3, first_delay: Duration::from_secs(1), ..NetworkSettings::default() }
    }

    fn failure(retry: Retry) -> Failure {
        Failure { error: NetworkError::Offline { url: "".into() }, retry }
    }

    #[test]
    fn delays_double_until_the_attempts_are_used_up() {
        let settings = settings();
        let mut backoff = Backoff::new(&settings, u32::MAX);
        for least in [1, 2, 4] {
            let delay = backoff.next_delay(failure(Retry::Soon)).unwrap().as_secs_f64();
            assert!(delay >= f64::from(least) && delay <= 1.5 * f64::from(least), "{delay}");
        }
        assert!(backoff.next_delay(failure(Retry::Soon)).is_err());
    }

    #[test]
    fn a_server_may_ask_for_time_but_not_for_hours() {
        let settings = settings();
        let mut backoff = Backoff::new(&settings, u32::MAX);
        let asked = failure(Retry::After(Duration::from_secs(30)));
        assert_eq!(backoff.next_delay(asked).unwrap(), Duration::from_secs(30));
        let asked = failure(Retry::After(Duration::from_hours(24)));
        assert_eq!(backoff.next_delay(asked).unwrap(), settings.longest_delay);
    }

    #[test]
    fn what_is_final_is_not_tried_again() {
        assert!(Backoff::new(&settings(), u32::MAX).next_delay(failure(Retry::Never)).is_err());
    }

    #[test]
    fn a_status_says_whether_to_come_back() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let date = httpdate::fmt_http_date(now + Duration::from_secs(7));
        for (status, retry_after, expected) in [
            (404, None, Retry::Never),
            (401, Some("1"), Retry::Never),
            (501, None, Retry::Never),
            (408, None, Retry::Soon),
            (500, None, Retry::Soon),
            (503, Some("nonsense"), Retry::Soon),
            (429, Some(" 12 "), Retry::After(Duration::from_secs(12))),
            (503, Some(date.as_str()), Retry::After(Duration::from_secs(7))),
            (503, Some("Thu, 01 Jan 1970 00:00:00 GMT"), Retry::After(Duration::ZERO)),
        ] {
            assert_eq!(Retry::of_status(status, retry_after, now), expected, "{status} {retry_after:?}");
        }
    }
}
