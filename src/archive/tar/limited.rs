//! A stream that ends with an error when it is longer than allowed.

use std::io::{self, Read};

use super::TarRule;

/// An archive that unpacks to fewer bytes is never taken for a bomb: text and zeros may compress very well.
const HARMLESS: u64 = 512 << 20;

/// The largest ratio of unpacked to packed size above [`HARMLESS`]. Source archives have 3 to 10.
const RATIO: u64 = 100;

/// The most bytes that any archive may unpack to. The largest source archives unpack to some 3 GiB.
const MOST: u64 = 16 << 30;

/// A stream with a limit.
pub(super) struct Limited<R> {
    inner: R,
    left: u64,
    limit: u64,
}

impl<R: Read> Limited<R> {
    /// A stream that may have the bytes that an archive of a size may unpack to.
    pub(super) fn new(inner: R, packed: u64) -> Self {
        Self::with_limit(inner, packed.saturating_mul(RATIO).clamp(HARMLESS, MOST))
    }

    pub(super) fn with_limit(inner: R, limit: u64) -> Self {
        Self { inner, left: limit, limit }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        match self.left.checked_sub(read as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(TarRule::TooLarge { limit: self.limit })),
        }
        Ok(read)
    }
}
