//! Archives built byte by byte, also wrong ones.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write;

/// One member of an archive.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) content: Vec<u8>,
    pub(super) method: Method,
    /// Bytes of extra fields before the content that the central directory does not have.
    pub(super) local_extra: usize,
    /// What is stated as the checksum; absent for the right one.
    pub(super) crc: Option<u32>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Method {
    Deflated,
    Encrypted,
    Stored,
}

impl Member {
    pub(super) fn new(name: &str, content: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), content: content.into(), method: Method::Deflated, local_extra: 0, crc: None }
    }

    /// A module of so many bytes that do not become fewer when packed.
    pub(super) fn bulk(length: u32) -> Self {
        let mut state = 1_u32;
        let noise = (0..length).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        });
        Self { method: Method::Stored, ..Self::new("six/bulk.bin", noise.collect::<Vec<u8>>()) }
    }

    fn packed(&self) -> Vec<u8> {
        match self.method {
            Method::Deflated => {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(&self.content).unwrap();
                encoder.finish().unwrap()
            }
            Method::Encrypted | Method::Stored => self.content.clone(),
        }
    }

    /// What the member's header and the central directory share: from the flags to the extra fields' length.
    fn facts(&self, packed: &[u8], extra: usize) -> Vec<u8> {
        let mut crc = libdeflater::Crc::new();
        crc.update(&self.content);
        let flags = u16::from(self.method == Method::Encrypted);
        let method: u16 = if self.method == Method::Deflated { 8 } else { 0 };
        let mut facts = [flags, method, 0, 0].map(u16::to_le_bytes).concat();
        let (packed, size) = (u32::try_from(packed.len()).unwrap(), u32::try_from(self.content.len()).unwrap());
        facts.extend([self.crc.unwrap_or(crc.sum()), packed, size].map(u32::to_le_bytes).concat());
        facts.extend([self.name.len(), extra].map(|length| u16::try_from(length).unwrap().to_le_bytes()).concat());
        facts
    }
}

/// An archive of members, as the ZIP format wants it.
pub(super) fn archive(members: &[Member]) -> Vec<u8> {
    finished(members, End::Plain)
}

/// The same with ZIP64 records, where every number that can stands in the large record.
pub(super) fn large_archive(members: &[Member]) -> Vec<u8> {
    finished(members, End::Large)
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum End {
    Large,
    Plain,
}

fn finished(members: &[Member], end: End) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let (packed, start) = (member.packed(), u32::try_from(bytes.len()).unwrap());
        bytes.extend(b"PK\x03\x04\x14\0");
        bytes.extend(member.facts(&packed, member.local_extra));
        bytes.extend(member.name.bytes());
        bytes.extend(vec![0; member.local_extra]);
        bytes.extend(&packed);
        let wide = end == End::Large;
        directory.extend(b"PK\x01\x02\x14\x03\x14\0");
        directory.extend(member.facts(&packed, if wide { 12 } else { 0 }));
        directory.extend([0; 10]);
        directory.extend(if wide { u32::MAX } else { start }.to_le_bytes());
        directory.extend(member.name.bytes());
        if wide {
            directory.extend([&[1, 0, 8, 0][..], &u64::from(start).to_le_bytes()].concat());
        }
    }
    let (start, length, count) = (bytes.len() as u64, directory.len() as u64, members.len() as u64);
    bytes.extend(directory);
    match end {
        End::Large => {
            let record = bytes.len() as u64;
            bytes.extend(b"PK\x06\x06");
            bytes.extend(44_u64.to_le_bytes());
            bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            bytes.extend([count, count, length, start].map(u64::to_le_bytes).concat());
            bytes.extend(b"PK\x06\x07\0\0\0\0");
            bytes.extend(record.to_le_bytes());
            bytes.extend([1, 0, 0, 0]);
            bytes.extend(b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0");
        }
        End::Plain => {
            bytes.extend(b"PK\x05\x06\0\0\0\0");
            bytes.extend([count, count].map(|count| u16::try_from(count).unwrap().to_le_bytes()).concat());
            bytes.extend([length, start].map(|number| u32::try_from(number).unwrap().to_le_bytes()).concat());
            bytes.extend([0, 0]);
        }
    }
    bytes
}
