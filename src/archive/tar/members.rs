//! The files, directories and links of an archive.

use std::io::Read;

use crate::vocab::SafePath;

/// One member of an archive.
pub struct Member<'a> {
    /// The path below the archive's one directory.
    pub path: SafePath,
    pub kind: MemberKind,
    /// The content of a file; empty for all others.
    pub content: &'a mut dyn Read,
}

/// The kind of a member. Only this much of a file's mode is used: no file becomes setuid.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MemberKind {
    Directory,
    Executable,
    File,
    /// A second name of a file that came before.
    HardLink {
        target: SafePath,
    },
    /// A link to a file that came before. The target is that file, even where the archive's link leads to other links.
    SymbolicLink {
        target: SafePath,
    },
}
