//! The end records, which state the position of the central directory (APPNOTE 4.3.14 to 4.3.16).

use super::fields::Fields;
use super::{ArchiveError, Rule, Source, limits};

/// The position and size of the central directory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct CentralDirectory {
    pub(super) start: u64,
    pub(super) size: u64,
    pub(super) entries: u64,
}

/// The bytes at the end of an archive that are read first; long comments are rare. The central directory of most wheels,
/// and their METADATA, are in these bytes too.
pub const TAIL: u64 = 32 << 10;

/// The counts and positions that an end record states.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Stated {
    disk: u32,
    directory_disk: u32,
    entries_here: u64,
    entries: u64,
    size: u64,
    start: u64,
}

const END: u32 = 0x0605_4b50;
const ZIP64_END: u32 = 0x0606_4b50;
const ZIP64_LOCATOR: u32 = 0x0706_4b50;
/// The bytes of the end record, and of the longest comment after it, NUL bytes included.
const LONGEST_TAIL: u64 = 22 + u16::MAX as u64;
const ZIP64_END_SIZE: usize = 56;
const ZIP64_LOCATOR_SIZE: usize = 20;

/// True if a comment may contain a signature, and hide a second archive: every signature is `PK` and two bytes from 1 to
/// 8.
pub(super) fn may_hide_signature(comment: &[u8]) -> bool {
    comment.iter().any(|byte| (1..=8).contains(byte))
}

/// Finds the central directory from the end of the file. Uses the last end record, as Python's `zipfile` does; only its
/// comment and NUL bytes may follow it.
pub(super) fn central_directory(source: &impl Source) -> Result<CentralDirectory, ArchiveError> {
    let (position, stated) = end_record(source)?;
    let (directory_end, stated) = match zip64(source, position, &stated)? {
        Some((start, zip64)) => (start, zip64),
        None => (position, stated),
    };
    if stated.disk != 0 || stated.directory_disk != 0 || stated.entries_here != stated.entries {
        return Err(Rule::SeveralParts.into());
    }
    if stated.start.checked_add(stated.size) != Some(directory_end) {
        return Err(Rule::CentralDirectoryPlace.into());
    }
    if stated.entries > limits::ENTRIES {
        return Err(Rule::TooManyEntries { limit: limits::ENTRIES }.into());
    }
    if stated.size > limits::CENTRAL_DIRECTORY {
        return Err(Rule::TooMuchDirectory { limit: limits::CENTRAL_DIRECTORY }.into());
    }
    Ok(CentralDirectory { start: stated.start, size: stated.size, entries: stated.entries })
}

fn end_record(source: &impl Source) -> Result<(u64, Stated), ArchiveError> {
    let tail = match tail_from_signature(source, TAIL)? {
        Some(tail) => tail,
        None => tail_from_signature(source, LONGEST_TAIL)?.ok_or(Rule::NoEndRecord)?,
    };
    let (stated, comment_size, rest) = parsed(&tail).ok_or(Rule::NoEndRecord)?;
    let (comment, trailing) = rest.split_at_checked(comment_size).ok_or(Rule::NoEndRecord)?;
    // A large repository service pads archives with NUL bytes, which can hide nothing.
    if trailing.iter().any(|byte| *byte != 0) {
        return Err(Rule::TrailingBytes.into());
    }
    if may_hide_signature(comment) {
        return Err(Rule::Comment.into());
    }
    Ok((source.size() - tail.len() as u64, stated))
}

/// The bytes from the last signature of an end record on, if the last `size` bytes contain one.
fn tail_from_signature(source: &impl Source, size: u64) -> Result<Option<Vec<u8>>, ArchiveError> {
    let size = size.min(source.size());
    let mut tail = vec![0; usize::try_from(size).unwrap_or_default()];
    source.read_exact_at(&mut tail, source.size() - size)?;
    let last = tail.windows(4).rposition(|window| window == END.to_le_bytes());
    Ok(last.map(|last| tail.split_off(last)))
}

fn parsed(bytes: &[u8]) -> Option<(Stated, usize, &[u8])> {
    let mut fields = Fields(bytes.get(4..)?);
    let stated = Stated {
        disk: fields.u16()?.into(),
        directory_disk: fields.u16()?.into(),
        entries_here: fields.u16()?.into(),
        entries: fields.u16()?.into(),
        size: fields.u32()?.into(),
        start: fields.u32()?.into(),
    };
    let comment_size = fields.u16()?.into();
    Some((stated, comment_size, fields.0))
}

/// The ZIP64 record, if there is one, and its position.
fn zip64(source: &impl Source, end: u64, stated: &Stated) -> Result<Option<(u64, Stated)>, ArchiveError> {
    let Some(locator_at) = end.checked_sub(ZIP64_LOCATOR_SIZE as u64) else { return Ok(None) };
    let mut locator = [0; ZIP64_LOCATOR_SIZE];
    source.read_exact_at(&mut locator, locator_at)?;
    if !locator.starts_with(&ZIP64_LOCATOR.to_le_bytes()) {
        // Without a ZIP64 record a placeholder is an ordinary number: an archive may have exactly 65,535 entries.
        return Ok(None);
    }
    if !stated.has_placeholder() {
        // Python's `zipfile` would use the ZIP64 record, other readers the plain one.
        return Err(Rule::Zip64WithoutNeed.into());
    }
    let record_at = located(&locator, locator_at).ok_or(Rule::Zip64EndRecord)?;
    let mut record = [0; ZIP64_END_SIZE];
    source.read_exact_at(&mut record, record_at)?;
    let zip64 = parsed_zip64(&record).ok_or(Rule::Zip64EndRecord)?;
    if !stated.agrees(&zip64) {
        return Err(Rule::Zip64Disagrees.into());
    }
    Ok(Some((record_at, zip64)))
}

/// The position of the ZIP64 record according to its locator. The record must be directly before the locator.
fn located(locator: &[u8], locator_at: u64) -> Option<u64> {
    let mut fields = Fields(locator.get(4..)?);
    let disk = fields.u32()?;
    let position = fields.u64()?;
    let disks = fields.u32()?;
    (disk == 0 && disks == 1 && position.checked_add(ZIP64_END_SIZE as u64) == Some(locator_at)).then_some(position)
}

fn parsed_zip64(record: &[u8]) -> Option<Stated> {
    let mut fields = Fields(record);
    let signature = fields.u32()?;
    let size = fields.u64()?;
    let _versions = fields.u32()?;
    let stated = Stated {
        disk: fields.u32()?,
        directory_disk: fields.u32()?,
        entries_here: fields.u64()?,
        entries: fields.u64()?,
        size: fields.u64()?,
        start: fields.u64()?,
    };
    // A record of any other size has an extensible data sector, which is not needed and which few readers support.
    (signature == ZIP64_END && size == ZIP64_END_SIZE as u64 - 12).then_some(stated)
}

impl Stated {
    fn has_placeholder(&self) -> bool {
        self.disk == 0xffff
            || self.directory_disk == 0xffff
            || self.entries_here == 0xffff
            || self.entries == 0xffff
            || self.size == 0xffff_ffff
            || self.start == 0xffff_ffff
    }

    /// True if every value of this plain record is a placeholder or the value of the ZIP64 record.
    fn agrees(&self, zip64: &Self) -> bool {
        let same = |plain: u64, wide: u64, placeholder: u64| plain == placeholder || plain == wide;
        same(self.disk.into(), zip64.disk.into(), 0xffff)
            && same(self.directory_disk.into(), zip64.directory_disk.into(), 0xffff)
            && same(self.entries_here, zip64.entries_here, 0xffff)
            && same(self.entries, zip64.entries, 0xffff)
            && same(self.size, zip64.size, 0xffff_ffff)
            && same(self.start, zip64.start, 0xffff_ffff)
    }
}
