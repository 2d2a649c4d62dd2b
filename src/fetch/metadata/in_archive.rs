//! Finds and reads METADATA in the archive of a wheel.

use crate::archive::zip::{Archive, Entry, EntryKind, Source};
use crate::fetch::UnusableMetadata;
use crate::vocab::{PackageName, WheelName, parse_version};

/// No real METADATA is longer.
pub(super) const LONGEST_METADATA: u64 = 64 << 20;

/// Reads the METADATA of a wheel. Reads the end of the archive, its central directory and one entry, nothing else.
pub(super) fn read_metadata(source: &impl Source, wheel: &WheelName) -> Result<Vec<u8>, UnusableMetadata> {
    read_information(source, wheel, "METADATA", LONGEST_METADATA)
}

/// Reads a file in the `.dist-info` directory of a wheel, in the same way.
pub(super) fn read_information(
    source: &impl Source,
    wheel: &WheelName,
    file: &str,
    longest: u64,
) -> Result<Vec<u8>, UnusableMetadata> {
    let archive = Archive::open(source).map_err(UnusableMetadata::Archive)?;
    let mut found = archive.entries().iter().filter(|entry| is_information(entry, wheel, file));
    let entry = found.next().ok_or(UnusableMetadata::Missing)?;
    if found.next().is_some() {
        return Err(UnusableMetadata::Repeated);
    }
    archive.read(entry, longest).map_err(UnusableMetadata::Archive)
}

/// True if an entry is a file in the `.dist-info` directory of the wheel itself. Packages may contain that of others.
fn is_information(entry: &Entry, wheel: &WheelName, file: &str) -> bool {
    let directory = entry.path.as_str().strip_suffix(file).and_then(|path| path.strip_suffix('/'));
    let stem = directory.and_then(|directory| directory.strip_suffix(".dist-info"));
    let Some((name, version)) = stem.and_then(|stem| stem.rsplit_once('-')) else { return false };
    let version = parse_version(&version.replace('_', "-"));
    let same_version = version.is_ok_and(|version| &version == wheel.version());
    entry.kind != EntryKind::Directory
        && same_version
        && name.parse().is_ok_and(|name: PackageName| &name == wheel.name())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::archive::zip::TAIL;
    use crate::archive::zip::samples::{Packed, Zip, Zip64, noise, zip64_extra};

    /// An archive in memory that counts the bytes that are read.
    struct Counted {
        bytes: Vec<u8>,
        read: Cell<u64>,
    }

    impl Source for Counted {
        fn size(&self) -> u64 {
            self.bytes.size()
        }

        fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> std::io::Result<()> {
            self.read.set(self.read.get() + buffer.len() as u64);
            self.bytes.read_exact_at(buffer, position)
        }
    }

    const NAME: &str = "six-1.0.dist-info/METADATA";

    fn metadata() -> Packed {
        Packed::deflated(NAME, b"Name: six")
    }

    fn found(bytes: Vec<u8>) -> Result<String, String> {
        let archive = Counted { bytes, read: Cell::new(0) };
        let found = read_metadata(&archive, &"six-1.0-py3-none-any.whl".parse().unwrap());
        found.map(|bytes| String::from_utf8(bytes).unwrap()).map_err(|reason| reason.to_string())
    }

    /// The same archive with ZIP64 records that state every number.
    fn zip64(entries: impl IntoIterator<Item = Packed>) -> Zip {
        let mut zip = Zip { zip64: Some(|_: &mut Zip64| {}), ..Zip::of(entries) };
        let mut start = 0;
        for entry in &mut zip.entries {
            entry.central.extra = zip64_extra(&[start]);
            start += entry.local_bytes().len() as u64;
            entry.offset = Some(u32::MAX);
        }
        zip.end = Some(|end| {
            (end.disk, end.entries_here, end.entries) = (0, u16::MAX, u16::MAX);
            (end.size, end.start) = (u32::MAX, u32::MAX);
        });
        zip
    }

    #[test]
    fn metadata_is_found_however_it_is_packed() {
        for entry in [
            metadata(),
            Packed::stored(NAME, b"Name: six"),
            metadata().with(|entry| entry.local.extra = vec![0; 28]),
            metadata().with(|entry| entry.local.extra = vec![0; 5000]),
            metadata().streamed(true),
            Packed::deflated("SIX-1.0.0.dist-info/METADATA", b"Name: six"),
        ] {
            let entries = || {
                [
                    Packed::stored("six/bulk.bin", &noise(100_000)),
                    entry.clone(),
                    Packed::deflated("six/vendor/six-1.0.dist-info/METADATA", b"Name: vendored"),
                    Packed::deflated("seven-1.0.dist-info/METADATA", b"Name: seven"),
                ]
            };
            assert_eq!(found(Zip::of(entries()).bytes()), Ok("Name: six".to_owned()));
            assert_eq!(found(zip64(entries()).bytes()), Ok("Name: six".to_owned()));
        }
        for size in [22, 40_000, usize::from(u16::MAX)] {
            let commented = Zip { comment: vec![b'c'; size], ..Zip::of([metadata()]) };
            assert_eq!(found(commented.bytes()), Ok("Name: six".to_owned()));
        }
    }

    #[test]
    fn little_of_a_large_wheel_is_read() {
        let bytes = Zip::of([metadata(), Packed::stored("six/bulk.bin", &noise(10_000_000))]).bytes();
        let archive = Counted { bytes, read: Cell::new(0) };
        read_metadata(&archive, &"six-1.0-py3-none-any.whl".parse().unwrap()).unwrap();
        assert!(archive.read.get() < TAIL + 1000, "{}", archive.read.get());
    }

    #[test]
    fn metadata_has_64_mebibytes_at_most() {
        let longest = usize::try_from(LONGEST_METADATA).unwrap();
        for (length, is_read) in [(longest, true), (longest + 1, false)] {
            let mut metadata = b"Name: six\n\n".to_vec();
            metadata.resize(length, b' ');
            let found = found(Zip::of([Packed::deflated(NAME, &metadata)]).bytes());
            let too_long = format!(
                "the wheel is damaged: entry {NAME:?} of the archive is invalid: it has more than {longest} bytes"
            );
            assert_eq!(found.map(|text| text.len()), if is_read { Ok(length) } else { Err(too_long) });
        }
    }

    #[test]
    fn metadata_of_an_archive_that_breaks_a_rule_is_refused() {
        let archive = |rule: &str| format!("the archive is invalid: {rule}");
        let entry = |rule: &str| format!("entry {NAME:?} of the archive is invalid: {rule}");
        let whole = Zip::of([metadata()]);
        let bytes = whole.bytes();
        let commented = Zip { comment: b"PK\x05\x06 not the end, truly".to_vec(), ..whole.clone() };
        let prefixed = Zip { prefix: b"#!shebang".to_vec(), ..whole.clone() };
        let misplaced = Zip { end: Some(|end| end.size = 0xff), ..whole.clone() };
        let gap = Zip::of([metadata().with(|entry| entry.descriptor = vec![0; 200_000])]);
        let no_end = archive("it does not end with an end record");
        let misplaced_directory = archive("its central directory does not end where its end record starts");
        for (bytes, reason) in [
            (Vec::new(), no_end.clone()),
            (b"<html>not here</html>, says the server".to_vec(), no_end.clone()),
            (bytes[..bytes.len() - 1].to_vec(), no_end.clone()),
            (commented.bytes(), no_end),
            ([b"#!shebang", &bytes[..]].concat(), misplaced_directory.clone()),
            (misplaced.bytes(), misplaced_directory),
            (prefixed.bytes(), archive("it has extra bytes before its first entry")),
            (gap.bytes(), entry("it is followed by bytes that belong to no entry")),
            (Zip::of([Packed::stored("six/METADATA", b"")]).bytes(), "it contains no METADATA of its own".to_owned()),
            (Zip::default().bytes(), "it contains no METADATA of its own".to_owned()),
            (Zip::of([metadata(), metadata()]).bytes(), "it contains METADATA twice".to_owned()),
            (
                Zip::of([metadata().both(|header| header.crc32 = 1)]).bytes(),
                entry("its content does not have the stated CRC-32"),
            ),
            (Zip::of([metadata().both(|header| header.flags |= 1)]).bytes(), entry("it is encrypted or patched")),
        ] {
            assert_eq!(found(bytes), Err(format!("the wheel is damaged: {reason}")));
        }
    }

    #[test]
    fn no_damage_makes_the_reader_panic() {
        let entries = || [Packed::deflated(NAME, b"Name: six\n\nlong text"), Packed::deflated("six.py", b"pass")];
        for bytes in [Zip::of(entries()).bytes(), zip64(entries()).bytes()] {
            for position in 0..bytes.len() {
                for flip in [0x01, 0x80, 0xff] {
                    let mut damaged = bytes.clone();
                    damaged[position] ^= flip;
                    let _ = found(damaged);
                }
                let _ = found(bytes[position..].to_vec());
                let _ = found(bytes[..position].to_vec());
            }
        }
    }
}
