//! Writes zip archives, right by default and wrong on demand: ordinary writers refuse to make the wrong ones.

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// A zip archive in the making.
#[derive(Clone, Default)]
pub(crate) struct Archive {
    entries: Vec<Entry>,
}

/// One member of an archive.
#[derive(Clone)]
pub(crate) struct Entry {
    /// As written, also where no file system would have it.
    pub(crate) name: Vec<u8>,
    pub(crate) content: Vec<u8>,
    /// Unix mode with the file type.
    pub(crate) mode: u32,
    pub(crate) method: Method,
    /// Stated instead of the right CRC-32.
    pub(crate) stated_crc: Option<u32>,
    /// Stated instead of the right length of the content.
    pub(crate) stated_size: Option<u32>,
}

#[derive(Clone, Copy)]
pub(crate) enum Method {
    Deflated,
    Stored,
}

impl Archive {
    pub(crate) fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// The archive's bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut directory = Vec::new();
        for entry in &self.entries {
            let offset = length(&bytes);
            let body = entry.body();
            let shared = entry.shared_fields(&body);
            bytes.extend([b"PK\x03\x04\x14\x00".as_slice(), &shared, &entry.name, &body].concat());

            let attributes = (entry.mode << 16).to_le_bytes();
            directory.extend([b"PK\x01\x02\x14\x03\x14\x00".as_slice(), &shared, &[0; 6], &attributes].concat());
            directory.extend([offset.to_le_bytes().as_slice(), &entry.name].concat());
        }
        let count = u16::try_from(self.entries.len()).expect("few entries").to_le_bytes();
        let (start, size) = (length(&bytes).to_le_bytes(), length(&directory).to_le_bytes());
        bytes.extend(directory);
        bytes.extend([b"PK\x05\x06\x00\x00\x00\x00".as_slice(), &count, &count, &size, &start, &[0; 2]].concat());
        bytes
    }
}

impl Entry {
    /// A deflated regular file.
    pub(crate) fn file(name: &str, content: &[u8]) -> Self {
        Self {
            name: name.into(),
            content: content.to_vec(),
            mode: 0o100_644,
            method: Method::Deflated,
            stated_crc: None,
            stated_size: None,
        }
    }

    fn body(&self) -> Vec<u8> {
        match self.method {
            Method::Deflated => {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(&self.content).expect("memory can be written");
                encoder.finish().expect("memory can be written")
            }
            Method::Stored => self.content.clone(),
        }
    }

    /// What the local header and the central directory both state, from the flags to the length of the extra field.
    /// The time is 1980-01-01, the earliest there is.
    fn shared_fields(&self, body: &[u8]) -> Vec<u8> {
        let method: u16 = match self.method {
            Method::Deflated => 8,
            Method::Stored => 0,
        };
        let mut crc = Crc::new();
        crc.update(&self.content);
        let name_length = u16::try_from(self.name.len()).expect("a short name");
        // Bit 11 marks a name as UTF-8.
        let flags: u16 = if !self.name.is_ascii() && std::str::from_utf8(&self.name).is_ok() { 1 << 11 } else { 0 };
        let size = self.stated_size.unwrap_or_else(|| length(&self.content));
        [
            flags.to_le_bytes().as_slice(),
            &method.to_le_bytes(),
            &[0, 0, 0x21, 0],
            &self.stated_crc.unwrap_or_else(|| crc.sum()).to_le_bytes(),
            &length(body).to_le_bytes(),
            &size.to_le_bytes(),
            &name_length.to_le_bytes(),
            &[0, 0],
        ]
        .concat()
    }
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("a small archive")
}
