//! How patient the network is.

use std::time::Duration;

/// Limits and delays of every request.
#[derive(Clone, Debug)]
pub struct NetworkSettings {
    /// Refuse every request.
    pub offline: bool,
    /// Until a connection stands, its TLS handshake included.
    pub connect_timeout: Duration,
    /// Between two reads, and until the first byte of an answer.
    pub read_timeout: Duration,
    /// Attempts after the first one.
    pub retries: u32,
    /// Before the first retry; doubled before each further one, plus up to a half at random.
    pub first_delay: Duration,
    /// No wait is longer, whatever the server asks with `Retry-After`.
    pub longest_delay: Duration,
}

impl Default for NetworkSettings {
    fn default() -> Self {
        Self {
            offline: false,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            retries: 3,
            first_delay: Duration::from_millis(300),
            longest_delay: Duration::from_mins(1),
        }
    }
}
