//! What holds for an answer to a request for a part of a file: only the part that was asked for continues what is there,
//! and never a file of another size.

use super::answer::{Answer, Verdict};
use crate::fetch::metadata::properties::content_range;
use crate::property::Property;

/// Where the file stands, whether its size is known, the status, and the header `content-range`.
pub const PART: Property = Property {
    seeds: || {
        ["bytes 5-9/10", "bytes 5-9/*", "bytes 0-9/10", "bytes */10", "bytes 5-18446744073709551615/*", ""]
            .iter()
            .flat_map(|range| [0, 1, 2].map(|kind| [&[5, kind], range.as_bytes()].concat()))
            .collect()
    },
    holds: part,
};

fn part(data: &[u8]) {
    let Some((&[asked, kind], range)) = data.split_first_chunk() else { return };
    let Ok(range) = str::from_utf8(range) else { return };
    let asked = u64::from(asked);
    let size = (kind % 2 == 0).then_some(10);
    let status = if kind % 3 == 2 { 200 } else { 206 };
    let answer = Answer { asked, size, status, range: Some(range), length: Some(10) };
    let exact = content_range(range);
    match answer.judge() {
        Verdict::Continues { size: stated } => {
            assert_eq!(status, 206);
            assert!(size.is_none() || stated.is_none() || stated == size);
            assert!(stated.is_none_or(|stated| stated > asked));
            // The reader of parts of archives, which is stricter, finds no other place.
            assert!(exact.is_none_or(|(start, _, total)| start == asked && Some(total) == stated));
        }
        Verdict::OtherPart => {
            assert_eq!(status, 206);
            assert!(exact.is_none_or(|(start, ..)| start != asked));
        }
        Verdict::OtherSize { size: other } => assert!(size.is_some_and(|size| size != other)),
        Verdict::Whole { .. } => assert_eq!(status, 200),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_asked_for_is_taken_for_a_part() {
        PART.try_out(3000);
    }
}
