//! The properties of a response to a request for a part of a file: only the requested part continues a file, and never
//! one of another size.

use super::response_head::{BodyPart, ResponseHead};
use crate::fetch::content_range::ContentRange;
use crate::property::{Check, Property, Seeds};

/// The bytes received so far, a byte that selects size and status, and the header `content-range`.
pub const PART: Property = Property {
    seeds: Seeds::Made(|| {
        ["bytes 5-9/10", "bytes 5-9/*", "bytes 0-9/10", "bytes */10", "bytes 5-18446744073709551615/*", ""]
            .iter()
            .flat_map(|range| [0, 1, 2].map(|kind| [&[5, kind], range.as_bytes()].concat()))
            .collect()
    }),
    holds: Check::Bytes(part),
};

fn part(data: &[u8]) {
    let Some((&[first, kind], range)) = data.split_first_chunk() else { return };
    let Ok(range) = str::from_utf8(range) else { return };
    let first = u64::from(first);
    let size = (kind % 2 == 0).then_some(10);
    let status = if kind % 3 == 2 { 200 } else { 206 };
    let head = ResponseHead { first, size, status, content_range: Some(range), length: Some(10) };
    let range = ContentRange::parse(range);
    match head.classify() {
        BodyPart::Continuation { size: stated } => {
            assert_eq!(status, 206);
            assert!(size.is_none() || stated.is_none() || stated == size);
            assert!(stated.is_none_or(|stated| stated > first));
            assert!(range.is_some_and(|range| range.first == first && range.size == stated));
        }
        BodyPart::OtherRange => {
            assert_eq!(status, 206);
            assert!(range.is_none_or(|range| range.first != first));
        }
        BodyPart::OtherSize { size: other } => assert!(size.is_some_and(|size| size != other)),
        BodyPart::Whole { .. } => assert_eq!(status, 200),
    }
}

#[test]
fn only_the_requested_part_continues_a_file() {
    PART.try_out(3000);
}
