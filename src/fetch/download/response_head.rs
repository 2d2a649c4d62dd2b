//! Classifies the response to a request for a file or for the rest of one. Decides; never reads a byte.

use crate::fetch::content_range::ContentRange;

/// The head of a response, and the request that it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct ResponseHead<'a> {
    /// The first byte that was requested.
    pub(super) first: u64,
    /// The size that the index, the lock or an earlier response states.
    pub(super) size: Option<u64>,
    pub(super) status: u16,
    /// The header `content-range`.
    pub(super) content_range: Option<&'a str>,
    /// The bytes of the body.
    pub(super) length: Option<u64>,
}

/// The part of the file that a body holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum BodyPart {
    /// The bytes from the requested one on; the whole file has this size.
    Continuation { size: Option<u64> },
    /// Other bytes than those that were requested.
    OtherRange,
    /// Bytes of a file of another size.
    OtherSize { size: u64 },
    /// The whole file, of this size.
    Whole { size: Option<u64> },
}

impl ResponseHead<'_> {
    pub(super) fn classify(&self) -> BodyPart {
        let (part, size) = match (self.status, self.content_range.and_then(ContentRange::parse)) {
            // A part that ends before the end of the file is followed by another request.
            (206, Some(range)) if range.first == self.first => {
                (BodyPart::Continuation { size: range.size }, range.size)
            }
            (206, _) => (BodyPart::OtherRange, None),
            _ => (BodyPart::Whole { size: self.length }, self.length),
        };
        match (size, self.size) {
            (Some(size), Some(stated)) if size != stated => BodyPart::OtherSize { size },
            _ => part,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classified(first: u64, size: Option<u64>, status: u16, range: &str, length: Option<u64>) -> BodyPart {
        let content_range = Some(range).filter(|range| !range.is_empty());
        ResponseHead { first, size, status, content_range, length }.classify()
    }

    #[test]
    fn a_part_continues_only_what_was_requested() {
        assert_eq!(classified(5, Some(10), 206, "bytes 5-9/10", Some(5)), BodyPart::Continuation { size: Some(10) });
        assert_eq!(classified(5, Some(10), 206, "bytes 5-7/*", Some(3)), BodyPart::Continuation { size: None });
        assert_eq!(classified(5, Some(10), 206, "bytes 5-7/10", Some(3)), BodyPart::Continuation { size: Some(10) });
        for range in ["", "bytes 0-9/10", "bytes 6-9/10", "bytes 5-10/10", "bytes 5-4/10", "items 5-9/10", "bytes 5-9"]
        {
            assert_eq!(classified(5, Some(10), 206, range, Some(5)), BodyPart::OtherRange, "{range}");
        }
    }

    #[test]
    fn a_server_may_send_the_whole_file_instead() {
        assert_eq!(classified(5, Some(10), 200, "", Some(10)), BodyPart::Whole { size: Some(10) });
        assert_eq!(classified(0, None, 200, "", None), BodyPart::Whole { size: None });
    }

    #[test]
    fn a_file_of_another_size_is_another_file() {
        assert_eq!(classified(0, Some(10), 200, "", Some(11)), BodyPart::OtherSize { size: 11 });
        assert_eq!(classified(5, Some(10), 206, "bytes 5-10/11", Some(6)), BodyPart::OtherSize { size: 11 });
    }
}
