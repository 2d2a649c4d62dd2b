//! The property of accepted archives: reading one from its beginning, header by header, gives the same files with the same
//! content as reading its central directory.

use std::cell::RefCell;
use std::collections::BTreeSet;

use flate2::{Decompress, FlushDecompress, Status};
use libdeflater::{CompressionLvl, Compressor};

use super::fields::Fields;
use super::{Archive, ArchiveError, Entry, EntryKind, Unpacker};
use crate::property::{Check, Property, Seeds};
use crate::vocab::SafePath;

/// The bytes of an archive.
pub const ARCHIVE: Property = Property {
    seeds: Seeds::Made(|| RECIPES.iter().map(|recipe| Recipe::read(&mut Bytes(recipe)).archive()).collect()),
    holds: Check::Bytes(|data| {
        let _ = agreed(data);
    }),
};

/// A recipe for an archive with right checksums, and for changes to it.
pub const RECIPE: Property = Property {
    seeds: Seeds::Made(|| RECIPES.iter().map(|recipe| recipe.to_vec()).collect()),
    holds: Check::Bytes(recipe),
};

thread_local! {
    /// Reused, because making one takes longer than everything else here.
    static COMPRESSOR: RefCell<Compressor> = RefCell::new(Compressor::new(CompressionLvl::fastest()));
}

/// The unread bytes of a recipe.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

/// The members of an archive.
pub(crate) struct Recipe {
    pub(crate) members: Vec<Member>,
}

pub(crate) struct Member {
    pub(crate) name: Vec<u8>,
    pub(crate) content: Vec<u8>,
    /// A set of [`DEFLATED`] and the constants after it.
    pub(crate) traits: u8,
}

const DEFLATED: u8 = 1;
const DESCRIBED: u8 = 2;
const SIGNED: u8 = 4;
const WIDE: u8 = 8;
const EXECUTABLE: u8 = 16;
const SIZED: u8 = 32;

const RECIPES: &[&[u8]] = &[
    b"\x00\x02\x01\x04a.py\x0cpasspasspass\x00\x06b/c.py\x01x",
    b"\x00\x03\x17\x06bin/go\x20#!python\nprint('hello, hello')\n\x02\x01d\x03one\x28\x02e/\x00",
    b"\x02\x02\x2f\x03a/b\x08wide one\x0b\x05\xc3\xbc.py\x03two\x05\x00\x10\xff\x00\x20\x01",
    b"\x00\x00",
];

impl<'a> Bytes<'a> {
    pub(crate) fn byte(&mut self) -> u8 {
        self.slice(1).first().copied().unwrap_or_default()
    }

    pub(crate) fn word(&mut self) -> usize {
        usize::from(self.byte()) << 8 | usize::from(self.byte())
    }

    /// Reads a length and so many bytes, or all that are left.
    pub(crate) fn piece(&mut self) -> &'a [u8] {
        let size = self.byte();
        self.slice(size.into())
    }

    fn slice(&mut self, size: usize) -> &'a [u8] {
        let (slice, rest) = self.0.split_at(size.min(self.0.len()));
        self.0 = rest;
        slice
    }
}

impl Recipe {
    /// Skips the first byte, the number of changes, which the caller reads.
    fn read(bytes: &mut Bytes<'_>) -> Self {
        bytes.byte();
        Self::members(bytes)
    }

    pub(crate) fn members(bytes: &mut Bytes<'_>) -> Self {
        let count = bytes.byte() % 8;
        let member = |_| {
            let traits = bytes.byte();
            Member { traits, name: bytes.piece().to_vec(), content: bytes.piece().to_vec() }
        };
        Self { members: (0..count).map(member).collect() }
    }

    pub(crate) fn archive(&self) -> Vec<u8> {
        let (mut bytes, mut directory) = (Vec::new(), Vec::new());
        for member in &self.members {
            let start = size32(bytes.len());
            let packed = member.packed();
            member.write_local(&mut bytes, &packed);
            directory.extend(b"PK\x01\x02\x14\x03\x14\0");
            directory.extend(member.flags().to_le_bytes());
            directory.extend(member.method().to_le_bytes());
            directory.extend([0; 4]);
            directory.extend(member.facts(&packed).map(u32::to_le_bytes).concat());
            directory.extend([member.name.len(), 0, 0, 0, 0].map(size16).map(u16::to_le_bytes).concat());
            let mode: u32 = if member.traits & EXECUTABLE != 0 { 0o100_755 << 16 } else { 0 };
            directory.extend([mode, start].map(u32::to_le_bytes).concat());
            directory.extend(&member.name);
        }
        let start = bytes.len();
        bytes.extend(&directory);
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend([self.members.len(); 2].map(size16).map(u16::to_le_bytes).concat());
        bytes.extend([directory.len(), start].map(size32).map(u32::to_le_bytes).concat());
        bytes.extend([0, 0]);
        bytes
    }

    /// True if all members are valid: files with distinct valid names, none of which needs another as a directory.
    fn is_valid(&self) -> bool {
        let mut taken = BTreeSet::new();
        let mut directories = BTreeSet::new();
        let paths: Option<Vec<SafePath>> =
            self.members.iter().map(|member| SafePath::parse(str::from_utf8(&member.name).ok()?).ok()).collect();
        for path in paths.iter().flatten() {
            let mut parent = path.parent();
            while let Some(directory) = parent {
                parent = directory.parent();
                directories.insert(directory);
            }
            if !taken.insert(path.clone()) {
                return false;
            }
        }
        paths.is_some() && taken.is_disjoint(&directories)
    }
}

impl Member {
    fn has(&self, bit: u8) -> bool {
        self.traits & bit != 0
    }

    fn method(&self) -> u16 {
        if self.has(DEFLATED) { 8 } else { 0 }
    }

    fn flags(&self) -> u16 {
        let utf8 = if self.name.is_ascii() { 0 } else { 1 << 11 };
        if self.has(DESCRIBED) { utf8 | 1 << 3 } else { utf8 }
    }

    fn packed(&self) -> Vec<u8> {
        if !self.has(DEFLATED) {
            return self.content.clone();
        }
        COMPRESSOR.with_borrow_mut(|compressor| {
            let mut packed = vec![0; compressor.deflate_compress_bound(self.content.len())];
            let size = compressor.deflate_compress(&self.content, &mut packed);
            packed.truncate(size.unwrap_or_else(|error| panic!("there is room enough: {error}")));
            packed
        })
    }

    /// CRC-32, packed size, size.
    fn facts(&self, packed: &[u8]) -> [u32; 3] {
        [libdeflater::crc32(&self.content), size32(packed.len()), size32(self.content.len())]
    }

    fn write_local(&self, bytes: &mut Vec<u8>, packed: &[u8]) {
        let [crc32, packed_size, size] = self.facts(packed);
        let left_out = self.has(DESCRIBED) && !self.has(SIZED);
        let stated = match (left_out, self.has(WIDE)) {
            (true, _) => [0; 3],
            (false, true) => [crc32, u32::MAX, u32::MAX],
            (false, false) => [crc32, packed_size, size],
        };
        let wide = if left_out { [0; 2] } else { [size, packed_size].map(u64::from) };
        bytes.extend(b"PK\x03\x04\x14\0");
        bytes.extend([self.flags(), self.method(), 0, 0].map(u16::to_le_bytes).concat());
        bytes.extend(stated.map(u32::to_le_bytes).concat());
        bytes.extend([self.name.len(), if self.has(WIDE) { 20 } else { 0 }].map(size16).map(u16::to_le_bytes).concat());
        bytes.extend(&self.name);
        if self.has(WIDE) {
            bytes.extend([1, 0, 16, 0]);
            bytes.extend(wide.map(u64::to_le_bytes).concat());
        }
        bytes.extend(packed);
        if !self.has(DESCRIBED) {
            return;
        }
        if self.has(SIGNED) {
            bytes.extend(b"PK\x07\x08");
        }
        bytes.extend(crc32.to_le_bytes());
        if self.has(WIDE) {
            bytes.extend([packed_size, size].map(u64::from).map(u64::to_le_bytes).concat());
        } else {
            bytes.extend([packed_size, size].map(u32::to_le_bytes).concat());
        }
    }
}

fn recipe(data: &[u8]) {
    let bytes = &mut Bytes(data);
    let changes = bytes.byte() % 8;
    let recipe = Recipe::members(bytes);
    let mut archive = recipe.archive();
    for _ in 0..changes {
        let (at, value) = (bytes.word() % archive.len(), bytes.byte());
        archive[at] ^= value;
    }
    let read = agreed(&archive);
    let is_ambiguous = |member: &Member| {
        member.has(DESCRIBED) && !member.has(SIGNED) && libdeflater::crc32(&member.content) == 0x0807_4b50
    };
    if changes > 0 || !recipe.is_valid() || recipe.members.iter().any(is_ambiguous) {
        return;
    }
    let given = recipe.members.into_iter().map(|Member { name, content, .. }| (name, content)).collect();
    assert_eq!(read.map_err(|error| error.to_string()), Ok(given), "a valid archive is not read as it was written");
}

/// The name as it is written, and the content.
type File = (Vec<u8>, Vec<u8>);

/// The files of an archive, in their order in the file.
fn agreed(bytes: &[u8]) -> Result<Vec<File>, ArchiveError> {
    let archive = Archive::open(bytes.to_vec())?;
    let mut entries: Vec<&Entry> = archive.entries().iter().collect();
    entries.sort_by_key(|entry| entry.start);
    let mut unpacker = Unpacker::new();
    let mut files = Vec::new();
    for entry in entries {
        let mut content = Vec::new();
        unpacker.unpack(&archive, entry, &mut |chunk| {
            content.extend_from_slice(chunk);
            Ok::<_, ArchiveError>(())
        })?;
        assert_eq!(content.len() as u64, entry.size, "{:?}", entry.path);
        assert_eq!(archive.read(entry, u64::MAX)?, content, "{:?}", entry.path);
        assert!(entry.kind != EntryKind::Directory || content.is_empty(), "{:?}", entry.path);
        files.push((entry.stated_name().into_bytes(), content));
    }
    if let Some(streamed) = streamed(bytes) {
        assert_eq!(files, streamed, "a reader of streams finds something else");
    }
    Ok(files)
}

/// The files that a streaming reader finds, which starts at the beginning and uses local headers only. `None` if it cannot
/// know the end of a member, because it is stored and its size follows it.
fn streamed(bytes: &[u8]) -> Option<Vec<File>> {
    let mut files = Vec::new();
    let mut rest = bytes;
    while rest.starts_with(b"PK\x03\x04") {
        let mut fields = Fields(&rest[6..]);
        let (flags, method, _time) = (fields.u16()?, fields.u16()?, fields.u32()?);
        let (crc32, mut packed_size, mut size) = (fields.u32()?, u64::from(fields.u32()?), u64::from(fields.u32()?));
        let (name_size, extra_size) = (fields.u16()?, fields.u16()?);
        let name = fields.bytes(name_size.into())?;
        let wide = wide_sizes(fields.bytes(extra_size.into())?);
        if let Some(sizes) = wide.filter(|_| packed_size == u64::from(u32::MAX)) {
            (size, packed_size) = sizes;
        }
        let described = flags & 1 << 3 != 0;
        let unknown = described && (crc32, packed_size, size) == (0, 0, 0);
        let content = match (method, unknown) {
            (8, _) => {
                let (content, read) = inflated(fields.0)?;
                assert!(unknown || read == packed_size, "deflate ends elsewhere");
                fields.bytes(usize::try_from(read).ok()?)?;
                content
            }
            (_, false) => fields.bytes(usize::try_from(packed_size).ok()?)?.to_vec(),
            (_, true) => return None,
        };
        if described {
            fields.bytes(if fields.0.starts_with(b"PK\x07\x08") { 4 } else { 0 })?;
            fields.bytes(if wide.is_some() { 20 } else { 12 })?;
        }
        files.push((name.to_vec(), content));
        rest = fields.0;
    }
    Some(files)
}

/// Size and packed size in a ZIP64 field.
fn wide_sizes(extra: &[u8]) -> Option<(u64, u64)> {
    let mut fields = Fields(extra);
    loop {
        let (kind, size) = (fields.u16()?, fields.u16()?);
        let mut content = Fields(fields.bytes(size.into())?);
        if kind == 1 {
            return Some((content.u64()?, content.u64()?));
        }
    }
}

/// The inflated bytes, and the number of bytes that were read.
fn inflated(bytes: &[u8]) -> Option<(Vec<u8>, u64)> {
    let mut inflate = Decompress::new(false);
    let mut content = Vec::new();
    loop {
        content.reserve(64 << 10);
        let at = usize::try_from(inflate.total_in()).ok()?;
        let before = inflate.total_out();
        match inflate.decompress_vec(&bytes[at..], &mut content, FlushDecompress::Finish).ok()? {
            Status::StreamEnd => return Some((content, inflate.total_in())),
            Status::Ok | Status::BufError if inflate.total_out() == before => return None,
            Status::Ok | Status::BufError => {}
        }
    }
}

fn size16(size: usize) -> u16 {
    u16::try_from(size).unwrap_or(u16::MAX)
}

fn size32(size: usize) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

#[test]
fn sound_archives_are_read_whatever_their_headers_look_like() {
    for traits in 0..64 {
        let member = |name: &str, content: &str| Member { name: name.into(), content: content.into(), traits };
        let members = vec![member("a/b.py", "pass pass pass"), member("ü", ""), member("a/c", "x")];
        let recipe = Recipe { members };
        let read = agreed(&recipe.archive()).map(|files| files.len()).map_err(|error| error.to_string());
        assert_eq!((recipe.is_valid(), read), (true, Ok(3)), "{traits}");
    }
}

#[test]
fn a_checksum_that_looks_like_the_signature_before_it_is_refused() {
    let content = b"\xac\x0a\x7a\xd5";
    let member = |traits| Member { name: b"a".into(), content: content.into(), traits };
    let read = |traits| agreed(&Recipe { members: vec![member(traits)] }.archive()).map(|files| files.len());
    assert_eq!(read(DESCRIBED | SIZED | SIGNED).map_err(|error| error.to_string()), Ok(1));
    assert!(read(DESCRIBED | SIZED).is_err());
}

#[test]
fn readers_of_streams_and_of_directories_find_the_same() {
    ARCHIVE.try_out(2000);
    RECIPE.try_out(2000);
}
