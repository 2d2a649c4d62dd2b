//! One file or directory of an archive.

use crate::vocab::SafePath;

/// What the central directory says about an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// Where it belongs in the tree, without a directory's trailing slash.
    pub path: SafePath,
    pub kind: EntryKind,
    /// Bytes, uncompressed.
    pub size: u64,
    pub(super) flags: u16,
    pub(super) method: Method,
    pub(super) crc32: u32,
    pub(super) compressed_size: u64,
    /// Where its local header starts.
    pub(super) start: u64,
    /// Where the next entry or the central directory starts.
    pub(super) end: u64,
}

/// What stands at an entry's path once it is unpacked. Of a file's mode only this much is honoured; a symbolic link
/// becomes a file with its target's name in it, as in pip (PEP 778 is deferred).
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

/// Set in an entry's flags when its CRC-32 and sizes follow its data.
pub(super) const HAS_DESCRIPTOR: u16 = 1 << 3;

impl Entry {
    /// The name as the archive writes it.
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
