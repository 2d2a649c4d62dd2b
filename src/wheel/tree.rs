//! The files of an unpacked wheel, by directory.

use super::RecordHash;

/// Every directory with its files: the root first, parents before their children.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tree {
    pub directories: Vec<TreeDirectory>,
}

/// A directory and the files directly in it, sorted by name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TreeDirectory {
    /// Relative to the root of the tree, parts separated by `/`; empty for the root itself.
    pub path: String,
    pub files: Vec<TreeFile>,
}

/// A file, checked against RECORD.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TreeFile {
    pub name: String,
    pub mode: FileMode,
    /// In bytes.
    pub size: u64,
    pub hash: RecordHash,
}

/// The part of a file's mode that is preserved; the rest comes from the umask.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FileMode {
    Executable,
    Plain,
}

impl Tree {
    /// The number of files.
    pub fn files(&self) -> usize {
        self.directories.iter().map(|directory| directory.files.len()).sum()
    }
}

impl TreeDirectory {
    /// The path of one of its files, relative to the root of the tree.
    pub fn path_of(&self, file: &TreeFile) -> String {
        if self.path.is_empty() { file.name.clone() } else { format!("{}/{}", self.path, file.name) }
    }
}

impl FileMode {
    /// The permission bits for a new file, before the umask.
    pub fn bits(self) -> u32 {
        match self {
            Self::Executable => 0o777,
            Self::Plain => 0o666,
        }
    }
}
