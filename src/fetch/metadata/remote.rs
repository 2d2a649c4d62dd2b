//! A wheel on a server that sends parts of files (RFC 9110, section 14).

use std::io;
use std::ops::Range;

use crate::archive::zip::{Source, TAIL};
use crate::fetch::content_range::ContentRange;
use crate::host::network::{Request, Response};
use crate::host::{Connection, NetworkError};
use crate::vocab::Address;

/// A wheel on a server. The end has been fetched; other parts are fetched when they are read.
///
/// A read fails with a [`NetworkError`], or with [`io::ErrorKind::Unsupported`] if the server or the archive is unusual:
/// the whole file may be readable nevertheless.
pub(super) struct RemoteWheel<'a> {
    connection: &'a Connection,
    url: &'a Address,
    size: u64,
    tail: Vec<u8>,
}

/// The response of a server to the request for the end of a file.
pub(super) enum Opened<'a> {
    /// It sends parts.
    Parts(RemoteWheel<'a>),
    /// It sends the whole file.
    Whole(Box<Response>),
    /// It sends neither.
    Refused,
}

/// No part that is worth fetching is longer.
const LONGEST_PART: usize = 64 << 20;

impl<'a> RemoteWheel<'a> {
    /// Fetches the end of a file.
    pub(super) fn open(connection: &'a Connection, url: &'a Address) -> Result<Opened<'a>, NetworkError> {
        let request = Request::new(url.clone()).header("range", format!("bytes=-{TAIL}"));
        let response = match connection.get(&request) {
            Ok(response) => response,
            Err(NetworkError::Status { status: 400 | 405 | 416 | 501, .. }) => return Ok(Opened::Refused),
            Err(error) => return Err(error),
        };
        if response.status() != 206 {
            return Ok(Opened::Whole(Box::new(response)));
        }
        let stated = response.header("content-range").and_then(ContentRange::parse);
        let Some(range) = stated.filter(|range| is_end_of_file(*range, TAIL)) else {
            return Ok(Opened::Refused);
        };
        let mut wheel = Self { connection, url, size: range.last + 1, tail: Vec::new() };
        match response.into_fetched(TAIL) {
            Ok(fetched) if fetched.body.len() as u64 == range.length() => wheel.tail = fetched.body,
            // Cut off.
            Ok(_) | Err(NetworkError::Body { .. }) => match wheel.fetch(range.first..wheel.size)? {
                Some(tail) => wheel.tail = tail,
                None => return Ok(Opened::Refused),
            },
            Err(NetworkError::BodyTooLong { .. }) => return Ok(Opened::Refused),
            Err(error) => return Err(error),
        }
        Ok(Opened::Parts(wheel))
    }

    /// Fetches a part, which must not be empty. `None` if the server does not send exactly that part.
    fn fetch(&self, range: Range<u64>) -> Result<Option<Vec<u8>>, NetworkError> {
        let requested = ContentRange { first: range.start, last: range.end - 1, size: Some(self.size) };
        let header = format!("bytes={}-{}", requested.first, requested.last);
        let fetched = match self
            .connection
            .fetch(&Request::new(self.url.clone()).header("range", header), requested.length())
        {
            Ok(fetched) => fetched,
            Err(NetworkError::BodyTooLong { .. } | NetworkError::Status { status: 400 | 416, .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let stated = fetched.header("content-range").and_then(ContentRange::parse);
        let is_whole = fetched.body.len() as u64 == requested.length();
        Ok((fetched.status() == 206 && stated == Some(requested) && is_whole).then_some(fetched.body))
    }
}

impl Source for RemoteWheel<'_> {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> io::Result<()> {
        let tail_start = self.size - self.tail.size();
        let missing = usize::try_from(tail_start.saturating_sub(position)).unwrap_or(usize::MAX);
        // More of the end is read only for a long comment, which no wheel has.
        let is_tail = position + buffer.len() as u64 == self.size;
        let (before, within) = buffer.split_at_mut(missing.min(buffer.len()));
        if !before.is_empty() {
            if is_tail || before.len() > LONGEST_PART {
                return Err(io::ErrorKind::Unsupported.into());
            }
            let fetched = self.fetch(position..position + before.len() as u64).map_err(io::Error::other)?;
            before.copy_from_slice(&fetched.ok_or(io::ErrorKind::Unsupported)?);
        }
        if within.is_empty() {
            return Ok(());
        }
        self.tail.read_exact_at(within, (position + before.len() as u64).saturating_sub(tail_start))
    }
}

/// True if these are the last bytes of a file, as many as were requested. Some servers take `-n` for `0-n`.
fn is_end_of_file(range: ContentRange, requested: u64) -> bool {
    range.size.is_some_and(|size| range.last + 1 == size && range.length() == requested.min(size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_range_that_was_asked_for_counts() {
        let parsed = ContentRange::parse;
        let (first, last) = (90, 99);
        assert_eq!(parsed("bytes 90-99/100"), Some(ContentRange { first, last, size: Some(100) }));
        assert_eq!(parsed("bytes 90-99/*"), Some(ContentRange { first, last, size: None }));
        for text in ["bytes */100", "bytes 99-90/100", "bytes 90-100/100", "items 90-99/100", ""] {
            assert_eq!(parsed(text), None, "{text}");
        }
        let end = |text| is_end_of_file(parsed(text).unwrap(), 10);
        assert!(end("bytes 90-99/100") && end("bytes 0-4/5"));
        assert!(!end("bytes 0-9/100") && !end("bytes 0-10/11") && !end("bytes 91-99/100") && !end("bytes 90-99/*"));
    }
}
