//! One change of the disk.

use std::path::PathBuf;

/// One change of the disk. Paths are absolute; parents come first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
    Copy { original: PathBuf, path: PathBuf },
    Directory(PathBuf),
    Link { target: PathBuf, path: PathBuf },
    Text { path: PathBuf, text: String },
}
