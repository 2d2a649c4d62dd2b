//! One file or directory of an archive.

use crate::vocab::SafePath;

/// An entry according to the central directory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The path in the tree, without the trailing slash of a directory.
    pub path: SafePath,
    pub kind: EntryKind,
    /// The uncompressed size in bytes.
    pub size: u64,
    pub(super) flags: u16,
    pub(super) method: Method,
    pub(super) crc32: u32,
    pub(super) compressed_size: u64,
    /// The position of its local header.
    pub(super) start: u64,
    /// The position of the next entry or of the central directory.
    pub(super) end: u64,
}

/// The kind of an entry. Only this much of a file's mode is used. A symbolic link becomes a file that contains its
/// target's name, as in pip (PEP 778 is deferred).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EntryKind {
    Directory,
    Executable,
    File,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Method {
    Deflate,
    Stored,
}

/// The flag of entries whose CRC-32 and sizes follow their data.
pub(super) const HAS_DESCRIPTOR: u16 = 1 << 3;

impl Entry {
    /// The name as it is written in the archive.
    pub(super) fn stated_name(&self) -> String {
        match self.kind {
            EntryKind::Directory => format!("{}/", self.path),
            EntryKind::Executable | EntryKind::File => self.path.to_string(),
        }
    }

    pub(super) fn has_descriptor(&self) -> bool {
        self.flags & HAS_DESCRIPTOR != 0
    }
}

impl Method {
    pub(super) fn number(self) -> u16 {
        match self {
            Self::Deflate => 8,
            Self::Stored => 0,
        }
    }
}
