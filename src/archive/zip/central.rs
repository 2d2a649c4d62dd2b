//! The central directory (APPNOTE 4.3.12), which lists the entries of the archive.

use super::end::{CentralDirectory, may_hide_signature};
use super::entry::{Entry, EntryKind, Method};
use super::extra::Extra;
use super::fields::Fields;
use super::{ArchiveError, Rule, limits};
use crate::vocab::SafePath;

const HEADER: u32 = 0x0201_4b50;

/// Strong and central directory encryption, patched data, plain encryption.
const ENCRYPTED: u16 = 1 << 13 | 1 << 6 | 1 << 5 | 1;
/// Two bits for the compression level of deflate, the data descriptor, UTF-8.
const ALLOWED_FLAGS: u16 = UTF8 | 1 << 3 | 1 << 2 | 1 << 1;
const UTF8: u16 = 1 << 11;

const KIND_OF_MODE: u32 = 0o170_000;
const DIRECTORY_MODE: u32 = 0o040_000;
const FILE_MODE: u32 = 0o100_000;
const LINK_MODE: u32 = 0o120_000;
const DOS_DIRECTORY: u32 = 0x10;

/// A header of the central directory.
struct Header<'a> {
    flags: u16,
    method: u16,
    crc32: u32,
    compressed_size: u64,
    size: u64,
    name: &'a [u8],
    extra: &'a [u8],
    comment: &'a [u8],
    disk: u16,
    attributes: u32,
    start: u64,
}

/// The entries, in the order of the central directory. Their ends are not known yet.
pub(super) fn entries(bytes: &[u8], place: CentralDirectory) -> Result<Vec<Entry>, ArchiveError> {
    let mut fields = Fields(bytes);
    let mut entries = Vec::with_capacity(usize::try_from(place.entries).unwrap_or_default());
    while !fields.is_empty() {
        let header = header(&mut fields).ok_or(Rule::CentralDirectory)?;
        let named = |rule| ArchiveError::entry(&String::from_utf8_lossy(header.name), rule);
        entries.push(entry(&header).map_err(named)?);
    }
    if entries.len() as u64 != place.entries {
        return Err(Rule::EntryCount { stated: place.entries, found: entries.len() as u64 }.into());
    }
    Ok(entries)
}

fn header<'a>(fields: &mut Fields<'a>) -> Option<Header<'a>> {
    if fields.u32()? != HEADER {
        return None;
    }
    let _versions = fields.u32()?;
    let (flags, method) = (fields.u16()?, fields.u16()?);
    let _time = fields.u32()?;
    let crc32 = fields.u32()?;
    let (compressed_size, size) = (fields.u32()?.into(), fields.u32()?.into());
    let (name_size, extra_size, comment_size) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let disk = fields.u16()?;
    let _internal = fields.u16()?;
    let attributes = fields.u32()?;
    let start = fields.u32()?.into();
    let name = fields.bytes(name_size.into())?;
    let extra = fields.bytes(extra_size.into())?;
    let comment = fields.bytes(comment_size.into())?;
    Some(Header { flags, method, crc32, compressed_size, size, name, extra, comment, disk, attributes, start })
}

fn entry(header: &Header<'_>) -> Result<Entry, Rule> {
    let extra = Extra::parse(header.extra)?;
    extra.check_name(header.name)?;
    let (mut size, mut compressed_size, mut start) = (header.size, header.compressed_size, header.start);
    extra.widen(&mut [&mut size, &mut compressed_size, &mut start])?;
    if header.disk != 0 {
        return Err(Rule::SeveralParts);
    }
    if may_hide_signature(header.comment) {
        return Err(Rule::Comment);
    }
    check_flags(header.flags)?;
    let method = method(header.method)?;
    let (path, kind) = named(header)?;
    check_sizes(method, size, compressed_size)?;
    if kind == EntryKind::Directory && (size != 0 || header.crc32 != 0) {
        return Err(Rule::DirectoryContent);
    }
    Ok(Entry { path, kind, size, flags: header.flags, method, crc32: header.crc32, compressed_size, start, end: start })
}

fn check_flags(flags: u16) -> Result<(), Rule> {
    if flags & ENCRYPTED != 0 {
        return Err(Rule::Encrypted);
    }
    if flags & !ALLOWED_FLAGS != 0 { Err(Rule::Flags) } else { Ok(()) }
}

fn method(number: u16) -> Result<Method, Rule> {
    match number {
        0 => Ok(Method::Stored),
        8 => Ok(Method::Deflate),
        method => Err(Rule::Method { method }),
    }
}

fn named(header: &Header<'_>) -> Result<(SafePath, EntryKind), Rule> {
    let name = str::from_utf8(header.name).map_err(|_| Rule::NameEncoding)?;
    // Some readers take unmarked names for code page 437, others for UTF-8.
    if !name.is_ascii() && header.flags & UTF8 == 0 {
        return Err(Rule::NameUnmarked);
    }
    let mode = header.attributes >> 16;
    let kind_of_mode = mode & KIND_OF_MODE;
    if !name.ends_with('/') && header.attributes & DOS_DIRECTORY != 0 {
        return Err(Rule::Special);
    }
    let (name, kind) = match name.strip_suffix('/') {
        Some(name) if matches!(kind_of_mode, 0 | DIRECTORY_MODE) => (name, EntryKind::Directory),
        // As in pip, the executable bits count only if the mode is that of a regular file.
        None if kind_of_mode == FILE_MODE && mode & 0o111 != 0 => (name, EntryKind::Executable),
        None if matches!(kind_of_mode, 0 | FILE_MODE | LINK_MODE) => (name, EntryKind::File),
        Some(_) | None => return Err(Rule::Special),
    };
    Ok((SafePath::parse(name).map_err(|error| Rule::Name { rule: error.rule() })?, kind))
}

fn check_sizes(method: Method, size: u64, compressed_size: u64) -> Result<(), Rule> {
    let possible = match method {
        Method::Deflate => size <= compressed_size.saturating_mul(limits::DEFLATE_RATIO),
        Method::Stored => size == compressed_size,
    };
    if possible { Ok(()) } else { Err(Rule::Sizes) }
}
