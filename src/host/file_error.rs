//! Failed acts on files: each error names the act and the path.

use std::io;
use std::path::{Path, PathBuf};

use super::file_retry::is_in_use;

/// A failed act on a path.
#[derive(Debug, thiserror::Error)]
#[error("failed to {act} `{}`", path.display())]
pub struct FileError {
    pub act: &'static str,
    pub path: PathBuf,
    pub source: io::Error,
}

impl FileError {
    /// True if another program may have the file open, which is an obstacle on Windows only.
    pub fn is_in_use(&self) -> bool {
        is_in_use(&self.source)
    }

    /// True if something else than such a file is in its place: a directory, a pipe, or a file of more bytes than it may
    /// have.
    pub fn is_of_another_kind(&self) -> bool {
        use io::ErrorKind::{FileTooLarge, InvalidInput, IsADirectory};
        matches!(self.source.kind(), FileTooLarge | InvalidInput | IsADirectory)
    }
}

pub(super) fn failed<'a>(act: &'static str, path: &'a Path) -> impl Fn(io::Error) -> FileError + 'a {
    move |source| FileError { act, path: path.to_owned(), source }
}

pub(super) fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

pub(super) fn ignore_absent(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if is_absent(&error) => Ok(()),
        other => other,
    }
}
