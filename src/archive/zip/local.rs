//! Local headers and data descriptors (APPNOTE 4.3.7, 4.3.9), which must agree with the central directory.

use super::Rule;
use super::entry::Entry;
use super::extra::{Extra, PLACEHOLDER};
use super::fields::Fields;

const HEADER: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
const SIGNATURE_SIZE: usize = size_of::<u32>();

/// The bytes of a local header before its name.
pub(super) const HEADER_SIZE: usize = 30;

/// The most bytes of an entry besides its data: the header, a name, extra fields and a wide data descriptor.
pub(super) const LONGEST_FRAME: u64 = HEADER_SIZE as u64 + 2 * u16::MAX as u64 + 24;

/// The facts in a local header that are not in the central directory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Local {
    /// The bytes before the data.
    pub(super) size: usize,
    /// The width of the sizes in a data descriptor.
    pub(super) width: Width,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Width {
    Bits32,
    Bits64,
}

/// The bytes of name and extra fields that follow the fixed part of a local header.
pub(super) fn variable_size(header: &[u8; HEADER_SIZE]) -> usize {
    let size = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    size(26) + size(28)
}

/// Compares the local header at the start of these bytes with its entry.
pub(super) fn check_header(entry: &Entry, bytes: &[u8]) -> Result<Local, Rule> {
    let header = Header::parse(bytes).ok_or(Rule::LocalHeader)?;
    let extra = Extra::parse(header.extra)?;
    extra.check_name(header.name)?;
    if header.name != entry.stated_name().as_bytes() {
        return Err(Rule::Disagreement { what: "name" });
    }
    if header.flags != entry.flags {
        return Err(Rule::Disagreement { what: "flags" });
    }
    if header.method != entry.method.number() {
        return Err(Rule::Disagreement { what: "method" });
    }
    let (size, compressed_size, width) = match extra.zip64 {
        Some(field) => {
            let (size, compressed_size) = header.widened(field).ok_or(Rule::Zip64Field)?;
            (size, compressed_size, Width::Bits64)
        }
        None => (header.size, header.compressed_size, Width::Bits32),
    };
    // If a descriptor follows, the header may omit these values; if it states them, they must be right. If one size were
    // zero and the other a placeholder, streaming readers could take the zero for a size.
    let left_out = entry.has_descriptor()
        && (header.crc32, size, compressed_size) == (0, 0, 0)
        && header.size == header.compressed_size;
    if !left_out {
        compare(entry, (header.crc32, size, compressed_size)).map_err(|what| Rule::Disagreement { what })?;
    }
    Ok(Local { size: HEADER_SIZE + header.name.len() + header.extra.len(), width })
}

/// Compares the bytes between the data of an entry and the next entry with the entry.
pub(super) fn check_descriptor(entry: &Entry, width: Width, bytes: &[u8]) -> Result<(), Rule> {
    if !entry.has_descriptor() {
        return if bytes.is_empty() { Ok(()) } else { Err(Rule::Gap) };
    }
    let stated = descriptor(width, bytes).ok_or(Rule::Descriptor { what: "presence" })?;
    compare(entry, stated).map_err(|what| Rule::Descriptor { what })
}

/// CRC-32, size and compressed size. The signature before them is optional; the length shows if there is one. Streaming
/// readers take a CRC-32 with the same bytes for the signature, so a descriptor without signature must not begin with it.
fn descriptor(width: Width, bytes: &[u8]) -> Option<(u32, u64, u64)> {
    let plain_size = match width {
        Width::Bits32 => 12,
        Width::Bits64 => 20,
    };
    let mut fields = Fields(bytes);
    let is_signed = bytes.starts_with(&DESCRIPTOR.to_le_bytes());
    if is_signed != (bytes.len() == plain_size + SIGNATURE_SIZE) {
        return None;
    }
    if is_signed {
        fields.u32()?;
    }
    let crc32 = fields.u32()?;
    let (compressed_size, size) = match width {
        Width::Bits32 => (fields.u32()?.into(), fields.u32()?.into()),
        Width::Bits64 => (fields.u64()?, fields.u64()?),
    };
    fields.is_empty().then_some((crc32, size, compressed_size))
}

fn compare(entry: &Entry, (crc32, size, compressed_size): (u32, u64, u64)) -> Result<(), &'static str> {
    if crc32 != entry.crc32 {
        Err("CRC-32")
    } else if size != entry.size {
        Err("size")
    } else if compressed_size != entry.compressed_size {
        Err("compressed size")
    } else {
        Ok(())
    }
}

struct Header<'a> {
    flags: u16,
    method: u16,
    crc32: u32,
    compressed_size: u64,
    size: u64,
    name: &'a [u8],
    extra: &'a [u8],
}

impl<'a> Header<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        if fields.u32()? != HEADER {
            return None;
        }
        let _version = fields.u16()?;
        let (flags, method) = (fields.u16()?, fields.u16()?);
        let _time = fields.u32()?;
        let crc32 = fields.u32()?;
        let (compressed_size, size) = (fields.u32()?.into(), fields.u32()?.into());
        let (name_size, extra_size) = (fields.u16()?, fields.u16()?);
        let name = fields.bytes(name_size.into())?;
        let extra = fields.bytes(extra_size.into())?;
        Some(Self { flags, method, crc32, compressed_size, size, name, extra })
    }

    /// The sizes in a ZIP64 field. A local field always has both. Some archivers write it unnecessarily; then it must
    /// repeat the sizes of the header (as in wheels of `selenium`).
    fn widened(&self, field: &[u8]) -> Option<(u64, u64)> {
        let mut fields = Fields(field);
        let (size, compressed_size) = (fields.u64()?, fields.u64()?);
        let same = |plain, wide| plain == PLACEHOLDER || plain == wide;
        let agrees = same(self.size, size) && same(self.compressed_size, compressed_size);
        (fields.is_empty() && agrees).then_some((size, compressed_size))
    }
}
