//! The files, directories and links of a source archive.

use std::io::Read;

use crate::vocab::SafePath;

/// One member of a source archive.
pub struct Member<'a> {
    /// The path below the archive's one directory.
    pub path: SafePath,
    pub kind: MemberKind,
    /// The content of a file; empty for all others.
    pub content: &'a mut dyn Read,
}

/// The kind of a member. Only this much of a file's mode is used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MemberKind {
    Directory,
    Executable,
    File,
    /// A second name of a file that came before. On disk it becomes a copy.
    Link {
        target: SafePath,
    },
}
