//! The properties of METADATA that is read from parts of a wheel: it is that of the whole wheel, and only bytes that
//! exist are read.

use std::cell::Cell;
use std::io;

use super::in_archive::read_metadata;
use crate::archive::zip::{Archive, Source};
use crate::property::{Check, Property, Seeds};
use crate::wheel;
use crate::wheel::properties::{UNPACK, packed};

/// A byte that says whether an archive or a recipe for a wheel follows.
pub const PARTS: Property = Property {
    seeds: Seeds::Made(|| {
        let recipes = || UNPACK.seeds().into_iter().map(|seed| seed[1..].to_vec());
        let of_kind = |kind: u8, bytes: Vec<u8>| [vec![kind], bytes].concat();
        let archives = recipes().map(|recipe| of_kind(0, packed(&recipe).0));
        let cut = of_kind(0, b"PK\x05\x06 cut in its end".to_vec());
        archives.chain(recipes().map(|recipe| of_kind(1, recipe))).chain([cut]).collect()
    }),
    holds: Check::Bytes(parts),
};

/// An archive that counts the bytes that are read.
struct Counted<'a> {
    bytes: &'a Vec<u8>,
    read: Cell<u64>,
}

impl Source for Counted<'_> {
    fn size(&self) -> u64 {
        self.bytes.size()
    }

    fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> io::Result<()> {
        let size = buffer.len() as u64;
        self.read.set(self.read.get() + size);
        let read = self.bytes.read_exact_at(buffer, position);
        assert!(read.is_ok(), "{size} bytes from {position} on are not in the archive");
        read
    }
}

fn parts(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    let bytes = if kind % 2 == 0 { rest.to_vec() } else { packed(rest).0 };
    let Ok(wheel) = "demo-1.0-py3-none-any.whl".parse() else { return };
    let archive = Counted { bytes: &bytes, read: Cell::new(0) };
    let found = read_metadata(&archive, &wheel);
    assert!(archive.read.get() <= 4 * archive.size(), "{} bytes are read", archive.read.get());
    let Ok(whole) = Archive::open(bytes.clone()) else { return };
    if let (Ok(found), Ok(whole)) = (found, wheel::metadata(&whole, &wheel)) {
        assert_eq!(found, whole);
    }
}

#[test]
fn parts_of_a_wheel_have_the_metadata_of_the_whole() {
    PARTS.try_out(500);
}
