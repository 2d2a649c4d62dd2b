//! Time limits and retries of requests.

use std::time::Duration;

use crate::vocab::KeyringUse;

/// Limits and delays of every request.
#[derive(Clone, Debug)]
pub struct NetworkSettings {
    /// Refuse every request.
    pub offline: bool,
    pub keyring: KeyringUse,
    /// The time limit for connecting, including the TLS handshake.
    pub connect_timeout: Duration,
    /// The time limit between two reads, and until the first byte of a response.
    pub read_timeout: Duration,
    /// The bytes of a body that have to arrive within [`Self::slow_after`].
    pub least_bytes: u64,
    /// The time limit for that many bytes of a body.
    pub slow_after: Duration,
    /// Attempts after the first one.
    pub retries: u32,
    /// The delay before the first retry; doubled before each further one, plus up to half of it at random.
    pub first_delay: Duration,
    /// The longest delay, whatever the server requests with `Retry-After`.
    pub longest_delay: Duration,
}

impl Default for NetworkSettings {
    fn default() -> Self {
        Self {
            offline: false,
            keyring: KeyringUse::default(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            least_bytes: 4096,
            slow_after: Duration::from_mins(1),
            retries: 3,
            first_delay: Duration::from_millis(300),
            longest_delay: Duration::from_mins(1),
        }
    }
}
