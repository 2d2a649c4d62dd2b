//! Finds METADATA in a wheel of which only parts are at hand: the end, the central directory, one member.
//!
//! Less strict than the reader that unpacks wheels: whatever is read here is checked again when the wheel is unpacked,
//! and a wheel that cannot be read in parts is read whole.

use std::ops::Range;

use libdeflater::{Crc, Decompressor};

use crate::vocab::{PackageName, WheelName, parse_version};

/// An archive whose parts can be had.
pub(super) trait Archive {
    type Error: From<Unreadable>;

    /// Bytes in the whole archive.
    fn length(&self) -> u64;

    /// Exactly the bytes of a range that lies within the archive.
    fn part(&mut self, range: Range<u64>) -> Result<Vec<u8>, Self::Error>;
}

/// An archive that is damaged, or of a kind that is not read in parts.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub(super) &'static str);

/// How much of the end of a wheel is read first. METADATA usually stands just before the central directory; both of
/// most wheels are in here.
pub(super) const TAIL: u64 = 32 * 1024;

/// No real central directory or METADATA is longer; a claim beyond is not followed.
const LONGEST_DIRECTORY: u64 = 64 * 1024 * 1024;
pub(super) const LONGEST_METADATA: u64 = 64 * 1024 * 1024;

/// Extra fields before a member's content are not counted in the central directory; few have more than this.
const LIKELY_EXTRA: u64 = 64;

const LOCAL_HEADER: u64 = 30;

/// Reads the METADATA of a wheel.
pub(super) fn metadata<A: Archive>(archive: &mut A, wheel: &WheelName) -> Result<Vec<u8>, A::Error> {
    let length = archive.length();
    let tail = archive.part(length.saturating_sub(TAIL)..length)?;
    let directory = locate_directory(&tail, length)?;
    let entries = archive.part(directory.clone())?;
    let member = find_metadata(&entries, wheel)?;
    let misplaced = Unreadable("its METADATA is not before its central directory");
    if member.start >= directory.start || member.compressed > directory.start {
        return Err(misplaced.into());
    }
    if member.compressed.max(member.size) > LONGEST_METADATA {
        return Err(Unreadable("its METADATA is too long").into());
    }
    let likely_end = member.start + LOCAL_HEADER + member.name.len() as u64 + LIKELY_EXTRA + member.compressed;
    let near = archive.part(member.start..likely_end.min(directory.start))?;
    let content = member.content(&near)?;
    if content.end > directory.start {
        return Err(misplaced.into());
    }
    let content = archive.part(content)?;
    Ok(member.unpack(&content)?)
}

/// Where the central directory lies, by the record at the end of the archive.
fn locate_directory(tail: &[u8], length: u64) -> Result<Range<u64>, Unreadable> {
    let tail_start = length - tail.len() as u64;
    let record = (0..=tail.len().saturating_sub(22))
        .rev()
        .find(|&at| {
            tail[at..].starts_with(b"PK\x05\x06")
                && u16_at(tail, at + 20).is_some_and(|comment| at + 22 + comment == tail.len())
        })
        .ok_or(Unreadable("it does not end like a ZIP archive"))?;
    let mut end = tail_start + record as u64;
    let mut size = u64::from(u32_at(tail, record + 12).unwrap_or_default());
    let mut start = u64::from(u32_at(tail, record + 16).unwrap_or_default());
    if size == u64::from(u32::MAX) || start == u64::from(u32::MAX) || u16_at(tail, record + 10) == Some(0xffff) {
        let large = locate_large_record(tail, record, tail_start)?;
        end = tail_start + large as u64;
        size = u64_at(tail, large + 40).ok_or(Unreadable("its ZIP64 record is truncated"))?;
        start = u64_at(tail, large + 48).ok_or(Unreadable("its ZIP64 record is truncated"))?;
    }
    match start.checked_add(size) {
        Some(directory_end) if directory_end == end && size <= LONGEST_DIRECTORY => Ok(start..end),
        Some(_) | None => Err(Unreadable("its central directory is not before its end")),
    }
}

/// The ZIP64 record, in the tail; the locator before the usual record says where.
fn locate_large_record(tail: &[u8], record: usize, tail_start: u64) -> Result<usize, Unreadable> {
    let locator = record.checked_sub(20).filter(|&at| tail[at..].starts_with(b"PK\x06\x07"));
    let offset = locator.and_then(|at| u64_at(tail, at + 8)).and_then(|offset| offset.checked_sub(tail_start));
    let at = offset.and_then(|offset| usize::try_from(offset).ok());
    at.filter(|&at| tail.get(at..).is_some_and(|rest| rest.starts_with(b"PK\x06\x06")))
        .ok_or(Unreadable("its ZIP64 record is not where it should be"))
}

/// What the central directory says about a member.
struct Member<'a> {
    name: &'a [u8],
    method: usize,
    crc: u32,
    compressed: u64,
    size: u64,
    start: u64,
}

fn find_metadata<'a>(directory: &'a [u8], wheel: &WheelName) -> Result<Member<'a>, Unreadable> {
    let mut found = None;
    let mut rest = directory;
    while !rest.is_empty() {
        let (member, length) = member(rest).ok_or(Unreadable("its central directory is damaged"))?;
        if is_metadata(member.name, wheel) && found.replace(member).is_some() {
            return Err(Unreadable("it contains METADATA twice"));
        }
        rest = &rest[length..];
    }
    found.ok_or(Unreadable("it contains no METADATA of its own"))
}

/// The first entry of a part of the central directory, and the entry's length.
fn member(entry: &[u8]) -> Option<(Member<'_>, usize)> {
    if !entry.starts_with(b"PK\x01\x02") {
        return None;
    }
    let (name_length, extra_length) = (u16_at(entry, 28)?, u16_at(entry, 30)?);
    let length = 46 + name_length + extra_length + u16_at(entry, 32)?;
    let mut member = Member {
        name: entry.get(46..46 + name_length)?,
        method: if u16_at(entry, 8)? & 1 == 0 { u16_at(entry, 10)? } else { usize::MAX },
        crc: u32_at(entry, 16)?,
        compressed: u32_at(entry, 20)?.into(),
        size: u32_at(entry, 24)?.into(),
        start: u32_at(entry, 42)?.into(),
    };
    let extra = entry.get(46 + name_length..46 + name_length + extra_length)?;
    widen([&mut member.size, &mut member.compressed, &mut member.start], extra)?;
    entry.get(..length).map(|_| (member, length))
}

/// Replaces values that stand for "see the ZIP64 extra field".
fn widen(values: [&mut u64; 3], extra: &[u8]) -> Option<()> {
    let mut wide = extra_field(extra, 0x0001).unwrap_or_default();
    for value in values.into_iter().filter(|value| **value == u64::from(u32::MAX)) {
        *value = u64_at(wide, 0)?;
        wide = &wide[8..];
    }
    Some(())
}

fn extra_field(extra: &[u8], wanted: usize) -> Option<&[u8]> {
    let mut rest = extra;
    loop {
        let (id, length) = (u16_at(rest, 0)?, u16_at(rest, 2)?);
        let content = rest.get(4..4 + length)?;
        if id == wanted {
            return Some(content);
        }
        rest = &rest[4 + length..];
    }
}

/// Whether a member is the METADATA of the wheel itself: packages may carry the `.dist-info` of others inside.
fn is_metadata(name: &[u8], wheel: &WheelName) -> bool {
    let stem = str::from_utf8(name).ok().and_then(|name| name.strip_suffix(".dist-info/METADATA"));
    let Some((name, version)) = stem.and_then(|stem| stem.rsplit_once('-')) else { return false };
    let version = parse_version(&version.replace('_', "-"));
    let same_version = version.is_ok_and(|version| &version == wheel.version());
    same_version && name.parse().is_ok_and(|name: PackageName| &name == wheel.name())
}

impl Member<'_> {
    /// Where the content lies, by the member's own header at the beginning of `near`.
    fn content(&self, near: &[u8]) -> Result<Range<u64>, Unreadable> {
        let damaged = Unreadable("the header of its METADATA is damaged");
        let name_length = u16_at(near, 26).filter(|_| near.starts_with(b"PK\x03\x04")).ok_or(damaged)?;
        let extra_length = u16_at(near, 28).ok_or(damaged)?;
        if near.get(30..30 + name_length) != Some(self.name) {
            return Err(damaged);
        }
        let start = self.start + LOCAL_HEADER + (name_length + extra_length) as u64;
        Ok(start..start.checked_add(self.compressed).ok_or(damaged)?)
    }

    fn unpack(&self, content: &[u8]) -> Result<Vec<u8>, Unreadable> {
        let size = usize::try_from(self.size).map_err(|_| Unreadable("its METADATA is too long"))?;
        let bytes = match self.method {
            0 => content.to_vec(),
            8 => {
                let mut bytes = vec![0; size];
                let written = Decompressor::new().deflate_decompress(content, &mut bytes);
                bytes.truncate(written.map_err(|_| Unreadable("its METADATA is damaged"))?);
                bytes
            }
            _ => return Err(Unreadable("its METADATA is encrypted or uses an unsupported compression method")),
        };
        let mut crc = Crc::new();
        crc.update(&bytes);
        if bytes.len() != size || crc.sum() != self.crc {
            return Err(Unreadable("its METADATA is damaged"));
        }
        Ok(bytes)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk).into())
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::metadata::test_wheel::{Member as Given, Method, archive, large_archive};

    /// An archive in memory that remembers what was read of it.
    struct InMemory {
        bytes: Vec<u8>,
        read: u64,
    }

    impl Archive for InMemory {
        type Error = Unreadable;

        fn length(&self) -> u64 {
            self.bytes.len() as u64
        }

        fn part(&mut self, range: Range<u64>) -> Result<Vec<u8>, Unreadable> {
            self.read += range.end - range.start;
            let range = usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap();
            Ok(self.bytes[range].to_vec())
        }
    }

    const NAME: &str = "six-1.0.dist-info/METADATA";

    fn found(bytes: Vec<u8>) -> Result<String, &'static str> {
        let mut archive = InMemory { bytes, read: 0 };
        match metadata(&mut archive, &"six-1.0-py3-none-any.whl".parse().unwrap()) {
            Ok(bytes) => Ok(String::from_utf8(bytes).unwrap()),
            Err(Unreadable(reason)) => Err(reason),
        }
    }

    #[test]
    fn metadata_is_found_however_it_is_packed() {
        let metadata = Given::new(NAME, "Name: six");
        for member in [
            metadata.clone(),
            Given { method: Method::Stored, ..metadata.clone() },
            Given { local_extra: 28, ..metadata.clone() },
            Given { local_extra: 5000, ..metadata.clone() },
            Given::new("SIX-1.0.0.dist-info/METADATA", "Name: six"),
        ] {
            let others = [
                Given::bulk(100_000),
                Given::new("six/vendor/six-1.0.dist-info/METADATA", "Name: vendored"),
                Given::new("seven-1.0.dist-info/METADATA", "Name: seven"),
            ];
            let members = [&others[..1], &[member], &others[1..]].concat();
            assert_eq!(found(archive(&members)), Ok("Name: six".to_owned()));
            assert_eq!(found(large_archive(&members)), Ok("Name: six".to_owned()));
        }
        let mut commented = archive(&[metadata]);
        let length = commented.len();
        commented[length - 2] = 22;
        commented.extend(b"PK\x05\x06 not the end, truly");
        commented.truncate(length + 22);
        assert_eq!(found(commented), Ok("Name: six".to_owned()));
    }

    #[test]
    fn little_of_a_large_wheel_is_read() {
        let bytes = archive(&[Given::new(NAME, "Name: six"), Given::bulk(10_000_000)]);
        let mut archive = InMemory { bytes, read: 0 };
        metadata(&mut archive, &"six-1.0-py3-none-any.whl".parse().unwrap()).unwrap();
        assert!(archive.read < TAIL + 1000, "{}", archive.read);
    }

    #[test]
    fn an_archive_that_cannot_be_read_in_parts_is_refused() {
        let metadata = Given::new(NAME, "Name: six");
        let sound = archive(std::slice::from_ref(&metadata));
        let changed = |position_from_end: usize, byte: u8| {
            let mut bytes = sound.clone();
            let position = bytes.len() - position_from_end;
            bytes[position] = byte;
            bytes
        };
        for (bytes, reason) in [
            (Vec::new(), "it does not end like a ZIP archive"),
            (b"<html>not here</html>, says the server".to_vec(), "it does not end like a ZIP archive"),
            (sound[..sound.len() - 1].to_vec(), "it does not end like a ZIP archive"),
            ([b"#!shebang", &sound[..]].concat(), "its central directory is not before its end"),
            (changed(10, 0xff), "its central directory is not before its end"),
            (changed(6, 0xff), "its central directory is not before its end"),
            (archive(&[Given::new("six/METADATA", "")]), "it contains no METADATA of its own"),
            (archive(&[]), "it contains no METADATA of its own"),
            (archive(&[metadata.clone(), metadata.clone()]), "it contains METADATA twice"),
            (archive(&[Given { crc: Some(1), ..metadata.clone() }]), "its METADATA is damaged"),
            (
                archive(&[Given { method: Method::Encrypted, ..metadata.clone() }]),
                "its METADATA is encrypted or uses an unsupported compression method",
            ),
        ] {
            assert_eq!(found(bytes), Err(reason));
        }
    }

    #[test]
    fn no_damage_makes_the_reader_panic() {
        let sound = archive(&[Given::new(NAME, "Name: six\n\nlong text"), Given::new("six.py", "pass")]);
        let large = large_archive(&[Given::new(NAME, "Name: six")]);
        for bytes in [sound, large] {
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
