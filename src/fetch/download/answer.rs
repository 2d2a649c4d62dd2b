//! What an answer to a request for a file, or for the rest of one, means. Decides; never reads a byte.

/// The head of an answer, and what it answers to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer<'a> {
    /// The first byte asked for.
    pub(super) asked: u64,
    /// The size that the index or the lock states, or an earlier answer.
    pub(super) size: Option<u64>,
    pub(super) status: u16,
    /// The header `content-range`.
    pub(super) range: Option<&'a str>,
    /// Bytes of the body.
    pub(super) length: Option<u64>,
}

/// What to do with the body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Verdict {
    /// It continues what is there; the whole has this size.
    Continues { size: Option<u64> },
    /// It is another part than the one asked for.
    OtherPart,
    /// It belongs to a file of another size.
    OtherSize { size: u64 },
    /// It is the whole file, of this size.
    Whole { size: Option<u64> },
}

impl Answer<'_> {
    pub(super) fn judge(&self) -> Verdict {
        let (verdict, size) = match (self.status, self.range.and_then(parse_content_range)) {
            (206, Some((first, size))) if first == self.asked => (Verdict::Continues { size }, size),
            (206, _) => (Verdict::OtherPart, None),
            _ => (Verdict::Whole { size: self.length }, self.length),
        };
        match (size, self.size) {
            (Some(size), Some(stated)) if size != stated => Verdict::OtherSize { size },
            _ => verdict,
        }
    }
}

/// The first byte, and the size of the whole where it is given: `bytes 5-9/10` or `bytes 5-9/*`.
fn parse_content_range(range: &str) -> Option<(u64, Option<u64>)> {
    let (span, size) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = span.split_once('-')?;
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let size = match size.trim() {
        "*" => None,
        size => Some(size.parse().ok()?),
    };
    // A part that ends before the end of the file is followed by another request.
    (first <= last && size.is_none_or(|size| last < size)).then_some((first, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(asked: u64, size: Option<u64>, status: u16, range: &str, length: Option<u64>) -> Verdict {
        Answer { asked, size, status, range: Some(range).filter(|range| !range.is_empty()), length }.judge()
    }

    #[test]
    fn a_part_continues_only_what_was_asked_for() {
        assert_eq!(judged(5, Some(10), 206, "bytes 5-9/10", Some(5)), Verdict::Continues { size: Some(10) });
        assert_eq!(judged(5, Some(10), 206, "bytes 5-7/*", Some(3)), Verdict::Continues { size: None });
        assert_eq!(judged(5, Some(10), 206, "bytes 5-7/10", Some(3)), Verdict::Continues { size: Some(10) });
        for range in ["", "bytes 0-9/10", "bytes 6-9/10", "bytes 5-10/10", "bytes 5-4/10", "items 5-9/10", "bytes 5-9"]
        {
            assert_eq!(judged(5, Some(10), 206, range, Some(5)), Verdict::OtherPart, "{range}");
        }
    }

    #[test]
    fn a_server_may_send_the_whole_file_instead() {
        assert_eq!(judged(5, Some(10), 200, "", Some(10)), Verdict::Whole { size: Some(10) });
        assert_eq!(judged(0, None, 200, "", None), Verdict::Whole { size: None });
    }

    #[test]
    fn a_file_of_another_size_is_another_file() {
        assert_eq!(judged(0, Some(10), 200, "", Some(11)), Verdict::OtherSize { size: 11 });
        assert_eq!(judged(5, Some(10), 206, "bytes 5-10/11", Some(6)), Verdict::OtherSize { size: 11 });
    }
}
