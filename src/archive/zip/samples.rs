//! Archives for tests, right or wrong in any field. The `zip` crate writes the entries.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An archive to be written. A test can change every part of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Zip {
    pub(crate) prefix: Vec<u8>,
    pub(crate) entries: Vec<Packed>,
    pub(crate) comment: Vec<u8>,
    pub(crate) trailing: Vec<u8>,
    /// Adds ZIP64 end records, the record and its locator, and changes them.
    pub(crate) zip64: Option<fn(&mut Zip64)>,
    /// Changes the end record.
    pub(crate) end: Option<fn(&mut End)>,
}

/// An entry: both headers, its data, and its data descriptor.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    pub(crate) local: Header,
    pub(crate) central: Header,
    pub(crate) attributes: u32,
    #[allow(dead_code, reason = "tests/support reads it")]
    pub(crate) content: Vec<u8>,
    pub(crate) data: Vec<u8>,
    pub(crate) descriptor: Vec<u8>,
    /// In the central directory.
    pub(crate) comment: Vec<u8>,
    /// The position in the central directory, if not the actual one.
    pub(crate) offset: Option<u32>,
    /// Written in the central directory only.
    pub(crate) phantom: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Header {
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc32: u32,
    pub(crate) compressed_size: u32,
    pub(crate) size: u32,
    pub(crate) name: Vec<u8>,
    pub(crate) extra: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub(crate) disk: u16,
    pub(crate) entries_here: u16,
    pub(crate) entries: u16,
    pub(crate) size: u32,
    pub(crate) start: u32,
    pub(crate) comment_size: u16,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Zip64 {
    pub(crate) record_size: u64,
    pub(crate) entries: u64,
    pub(crate) size: u64,
    pub(crate) start: u64,
    pub(crate) record_at: u64,
    pub(crate) disks: u32,
}

pub(crate) const PROGRAM: u32 = 0o100_755 << 16;

impl Packed {
    pub(crate) fn stored(name: &str, content: &[u8]) -> Self {
        Self::new(name, content, CompressionMethod::Stored)
    }

    pub(crate) fn deflated(name: &str, content: &[u8]) -> Self {
        Self::new(name, content, CompressionMethod::Deflated)
    }

    /// Takes an entry from an archive that the `zip` crate writes.
    fn new(name: &str, content: &[u8], method: CompressionMethod) -> Self {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, SimpleFileOptions::default().compression_method(method)).unwrap();
        writer.write_all(content).unwrap();
        let mut bytes = writer.finish().unwrap().into_inner();
        let local = Header::read(name, &bytes[6..]);
        let central = bytes.split_off(30 + name.len() + local.compressed_size as usize);
        let data = bytes.split_off(30 + name.len());
        let written = u32::from_le_bytes(central[38..42].try_into().unwrap());
        Self {
            local,
            central: Header::read(name, &central[8..]),
            // The crate makes every entry with content a file, whatever its name is.
            attributes: if name.ends_with('/') { 0o040_755 << 16 | 0x10 } else { written },
            content: content.to_vec(),
            data,
            descriptor: Vec::new(),
            comment: Vec::new(),
            offset: None,
            phantom: false,
        }
    }

    /// Changes both headers alike.
    pub(crate) fn both(mut self, change: impl Fn(&mut Header)) -> Self {
        change(&mut self.local);
        change(&mut self.central);
        self
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Moves CRC-32 and sizes into a data descriptor, as streaming archivers do.
    pub(crate) fn streamed(self, signature: bool) -> Self {
        let mut streamed = self.both(|header| header.flags |= 1 << 3);
        if signature {
            streamed.descriptor.extend(0x0807_4b50_u32.to_le_bytes());
        }
        let Header { crc32, compressed_size, size, .. } = streamed.central;
        for field in [crc32, compressed_size, size] {
            streamed.descriptor.extend(field.to_le_bytes());
        }
        (streamed.local.crc32, streamed.local.compressed_size, streamed.local.size) = (0, 0, 0);
        streamed
    }

    pub(crate) fn local_bytes(&self) -> Vec<u8> {
        let mut bytes = 0x0403_4b50_u32.to_le_bytes().to_vec();
        bytes.extend(20_u16.to_le_bytes());
        self.local.write(&mut bytes);
        bytes.extend(&self.local.name);
        bytes.extend(&self.local.extra);
        bytes.extend(&self.data);
        bytes.extend(&self.descriptor);
        bytes
    }

    fn central_bytes(&self, start: u32) -> Vec<u8> {
        let mut bytes = 0x0201_4b50_u32.to_le_bytes().to_vec();
        bytes.extend(0x0314_u16.to_le_bytes());
        bytes.extend(20_u16.to_le_bytes());
        self.central.write(&mut bytes);
        bytes.extend(u16::try_from(self.comment.len()).unwrap().to_le_bytes());
        // Disk, internal attributes.
        bytes.extend([0; 4]);
        bytes.extend(self.attributes.to_le_bytes());
        bytes.extend(self.offset.unwrap_or(start).to_le_bytes());
        bytes.extend(&self.central.name);
        bytes.extend(&self.central.extra);
        bytes.extend(&self.comment);
        bytes
    }
}

impl Header {
    /// Reads a header without extra fields, from its flags on.
    fn read(name: &str, bytes: &[u8]) -> Self {
        let u16_at = |at: usize| u16::from_le_bytes(bytes[at..at + 2].try_into().unwrap());
        let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        Self {
            flags: u16_at(0),
            method: u16_at(2),
            crc32: u32_at(8),
            compressed_size: u32_at(12),
            size: u32_at(16),
            name: name.as_bytes().to_vec(),
            extra: Vec::new(),
        }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.flags.to_le_bytes());
        bytes.extend(self.method.to_le_bytes());
        // 1980-01-01, midnight.
        bytes.extend([0, 0, 0x21, 0]);
        bytes.extend(self.crc32.to_le_bytes());
        bytes.extend(self.compressed_size.to_le_bytes());
        bytes.extend(self.size.to_le_bytes());
        bytes.extend(u16::try_from(self.name.len()).unwrap().to_le_bytes());
        bytes.extend(u16::try_from(self.extra.len()).unwrap().to_le_bytes());
    }
}

impl Zip {
    pub(crate) fn of(entries: impl IntoIterator<Item = Packed>) -> Self {
        Self { entries: entries.into_iter().collect(), ..Self::default() }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.prefix.clone();
        let mut directory = Vec::new();
        for entry in &self.entries {
            directory.extend(entry.central_bytes(position(&bytes)));
            if !entry.phantom {
                bytes.extend(entry.local_bytes());
            }
        }
        let start = position(&bytes);
        let entries = u16::try_from(self.entries.len()).unwrap();
        let mut end = End {
            disk: 0,
            entries_here: entries,
            entries,
            size: position(&directory),
            start,
            comment_size: self.comment.len().try_into().unwrap(),
        };
        bytes.extend(&directory);
        if let Some(change) = self.zip64 {
            let mut zip64 = Zip64 {
                record_size: 44,
                entries: entries.into(),
                size: end.size.into(),
                start: start.into(),
                record_at: bytes.len() as u64,
                disks: 1,
            };
            change(&mut zip64);
            bytes.extend(zip64.bytes());
            end.start = u32::MAX;
        }
        if let Some(change) = self.end {
            change(&mut end);
        }
        bytes.extend(end.bytes());
        bytes.extend(&self.comment);
        bytes.extend(&self.trailing);
        bytes
    }
}

impl End {
    fn bytes(self) -> Vec<u8> {
        let mut bytes = 0x0605_4b50_u32.to_le_bytes().to_vec();
        for field in [self.disk, 0, self.entries_here, self.entries] {
            bytes.extend(field.to_le_bytes());
        }
        bytes.extend(self.size.to_le_bytes());
        bytes.extend(self.start.to_le_bytes());
        bytes.extend(self.comment_size.to_le_bytes());
        bytes
    }
}

impl Zip64 {
    fn bytes(self) -> Vec<u8> {
        let mut bytes = 0x0606_4b50_u32.to_le_bytes().to_vec();
        bytes.extend(self.record_size.to_le_bytes());
        // Versions, disks.
        bytes.extend([0; 12]);
        for field in [self.entries, self.entries, self.size, self.start] {
            bytes.extend(field.to_le_bytes());
        }
        bytes.extend(0x0706_4b50_u32.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(self.record_at.to_le_bytes());
        bytes.extend(self.disks.to_le_bytes());
        bytes
    }
}

/// The given number of bytes, which do not compress.
pub(crate) fn noise(size: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let noise = (0..size).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    noise.collect()
}

/// A ZIP64 extra field.
pub(crate) fn zip64_extra(values: &[u64]) -> Vec<u8> {
    let mut extra = 1_u16.to_le_bytes().to_vec();
    extra.extend(u16::try_from(8 * values.len()).unwrap().to_le_bytes());
    extra.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    extra
}

fn position(bytes: &[u8]) -> u32 {
    bytes.len().try_into().unwrap()
}
