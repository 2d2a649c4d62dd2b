//! The header `content-range` of a response with a part of a file (RFC 9110, section 14.4).

/// `bytes 5-9/10`, or `bytes 5-9/*` if the server does not state the size of the file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct ContentRange {
    pub(super) first: u64,
    pub(super) last: u64,
    /// The bytes of the whole file.
    pub(super) size: Option<u64>,
}

impl ContentRange {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (range, size) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let size = match size.trim() {
            "*" => None,
            size => Some(size.parse().ok()?),
        };
        let range = Self { first: first.trim().parse().ok()?, last: last.trim().parse().ok()?, size };
        (range.first <= range.last && range.last < size.unwrap_or(u64::MAX)).then_some(range)
    }

    /// The bytes of the part.
    pub(super) fn length(self) -> u64 {
        self.last - self.first + 1
    }
}
