//! What holds for METADATA that is read from parts of a wheel: no other is found than in the whole, and nothing is asked
//! for that is not there.

use std::ops::Range;

use super::archive::{Archive, Unreadable, metadata};
use crate::property::Property;
use crate::wheel;
use crate::wheel::properties::{UNPACK, packed};

/// A byte that says whether an archive or a recipe for a wheel follows.
pub const PARTS: Property = Property {
    seeds: || {
        let recipes = || (UNPACK.seeds)().into_iter().map(|seed| seed[1..].to_vec());
        let of_kind = |kind: u8, bytes: Vec<u8>| [vec![kind], bytes].concat();
        let archives = recipes().map(|recipe| of_kind(0, packed(&recipe).0));
        let cut = of_kind(0, b"PK\x05\x06 cut in its end".to_vec());
        archives.chain(recipes().map(|recipe| of_kind(1, recipe))).chain([cut]).collect()
    },
    holds: parts,
};

/// An archive that counts what is read of it.
struct Counted {
    bytes: Vec<u8>,
    read: u64,
}

impl Archive for Counted {
    type Error = Unreadable;

    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn part(&mut self, range: Range<u64>) -> Result<Vec<u8>, Unreadable> {
        assert!(range.start <= range.end && range.end <= self.length(), "{range:?} is not in the archive");
        self.read += range.end - range.start;
        let place = |position| usize::try_from(position).unwrap_or(usize::MAX);
        Ok(self.bytes[place(range.start)..place(range.end)].to_vec())
    }
}

fn parts(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    let bytes = if kind % 2 == 0 { rest.to_vec() } else { packed(rest).0 };
    let Ok(wheel) = "demo-1.0-py3-none-any.whl".parse() else { return };
    let mut archive = Counted { bytes: bytes.clone(), read: 0 };
    let found = metadata(&mut archive, &wheel);
    assert!(archive.read <= 4 * archive.length(), "{} bytes are read", archive.read);
    let Ok(whole) = crate::archive::zip::Archive::open(bytes) else { return };
    let whole = wheel::metadata(&whole, &wheel);
    if let (Ok(found), Ok(whole)) = (found, whole) {
        assert_eq!(found, whole);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_wheel_have_the_metadata_of_the_whole() {
        PARTS.try_out(500);
    }
}
