//! The content of directories.
#![expect(clippy::disallowed_methods, reason = "this is access to files")]

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use super::file_error::{FileError, failed, is_absent};
use super::file_kind::FileKind;
use super::files::Files;

impl Files {
    /// The entries of a directory, sorted by path; empty when there is no such directory.
    pub fn list(self, path: &Path) -> Result<Vec<PathBuf>, FileError> {
        let mut paths = Vec::new();
        for entry in read_directory(path)? {
            paths.push(entry.map_err(failed("list", path))?.path());
        }
        // As bytes: all have the same parent, so that their parts need not be compared.
        paths.sort_unstable_by(|one: &PathBuf, other| one.as_os_str().cmp(other.as_os_str()));
        Ok(paths)
    }

    /// The same with the kind of each entry. Most file systems state it in the directory, so that no entry has to be looked
    /// at by itself.
    pub fn list_with_kinds(self, path: &Path) -> Result<Vec<(PathBuf, FileKind)>, FileError> {
        let mut entries = Vec::new();
        for entry in read_directory(path)? {
            let entry = entry.map_err(failed("list", path))?;
            match entry.file_type() {
                Ok(file_type) => entries.push((entry.path(), FileKind::of(file_type))),
                // It was removed meanwhile.
                Err(error) if is_absent(&error) => {}
                Err(source) => return Err(failed("inspect", &entry.path())(source)),
            }
        }
        entries.sort_unstable_by(|(one, _), (other, _)| one.as_os_str().cmp(other.as_os_str()));
        Ok(entries)
    }
}

/// The entries of a directory; none when there is no such directory.
fn read_directory(path: &Path) -> Result<impl Iterator<Item = io::Result<DirEntry>>, FileError> {
    match fs::read_dir(path) {
        Ok(entries) => Ok(Some(entries).into_iter().flatten()),
        Err(error) if is_absent(&error) => Ok(None.into_iter().flatten()),
        Err(source) => Err(failed("list", path)(source)),
    }
}
