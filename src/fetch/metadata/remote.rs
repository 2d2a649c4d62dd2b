//! A wheel on a server that sends parts of files (RFC 9110, section 14).

use std::ops::Range;

use super::archive::{Archive, TAIL, Unreadable};
use crate::fetch::content_range::ContentRange;
use crate::host::network::{Request, Response};
use crate::host::{Connection, NetworkError};

/// An archive on a server.
pub(super) struct RemoteArchive<'a> {
    connection: &'a Connection,
    url: &'a str,
    length: u64,
    /// Parts that are at hand: where each begins, and its bytes.
    parts: Vec<(u64, Vec<u8>)>,
}

/// What a server makes of the question for the end of a file.
pub(super) enum Opened<'a> {
    /// It sends parts.
    Parts(RemoteArchive<'a>),
    /// It sends the whole file.
    Whole(Box<Response>),
    /// It answers with something that is neither.
    Refused,
}

/// Why an archive cannot be read in parts.
#[derive(Debug)]
pub(super) enum RemoteError {
    Network(NetworkError),
    /// The archive or the server is unusual; the whole file may do.
    Unusual,
}

impl<'a> RemoteArchive<'a> {
    /// Asks for the end of a file.
    pub(super) fn open(connection: &'a Connection, url: &'a str) -> Result<Opened<'a>, NetworkError> {
        let request = Request::new(url).header("range", format!("bytes=-{TAIL}"));
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
        let mut archive = Self { connection, url, length: range.last + 1, parts: Vec::new() };
        match response.into_fetched(TAIL) {
            Ok(fetched) if fetched.body.len() as u64 == range.length() => {
                archive.parts.push((range.first, fetched.body));
                Ok(Opened::Parts(archive))
            }
            // Cut off: the parts are asked for again when they are needed.
            Ok(_) | Err(NetworkError::Body { .. }) => Ok(Opened::Parts(archive)),
            Err(NetworkError::BodyTooLong { .. }) => Ok(Opened::Refused),
            Err(error) => Err(error),
        }
    }

    fn fetch(&self, range: &Range<u64>) -> Result<Vec<u8>, RemoteError> {
        let last = range.end - 1;
        let request = Request::new(self.url).header("range", format!("bytes={}-{last}", range.start));
        let fetched = match self.connection.fetch(&request, range.end - range.start) {
            Ok(fetched) => fetched,
            Err(NetworkError::BodyTooLong { .. } | NetworkError::Status { status: 400 | 416, .. }) => {
                return Err(RemoteError::Unusual);
            }
            Err(error) => return Err(RemoteError::Network(error)),
        };
        let stated = fetched.header("content-range").and_then(ContentRange::parse);
        let asked = ContentRange { first: range.start, last, size: Some(self.length) };
        let whole = fetched.body.len() as u64 == asked.length();
        if fetched.status() == 206 && stated == Some(asked) && whole {
            Ok(fetched.body)
        } else {
            Err(RemoteError::Unusual)
        }
    }

    fn at_hand(&self, range: &Range<u64>) -> Option<&[u8]> {
        self.parts.iter().find_map(|(start, bytes)| {
            let from = usize::try_from(range.start.checked_sub(*start)?).ok()?;
            let to = usize::try_from(range.end.checked_sub(*start)?).ok()?;
            bytes.get(from..to)
        })
    }
}

impl Archive for RemoteArchive<'_> {
    type Error = RemoteError;

    fn length(&self) -> u64 {
        self.length
    }

    fn part(&mut self, range: Range<u64>) -> Result<Vec<u8>, RemoteError> {
        if range.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(bytes) = self.at_hand(&range) {
            return Ok(bytes.to_vec());
        }
        let bytes = self.fetch(&range)?;
        self.parts.push((range.start, bytes.clone()));
        Ok(bytes)
    }
}

impl From<Unreadable> for RemoteError {
    fn from(_: Unreadable) -> Self {
        Self::Unusual
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
