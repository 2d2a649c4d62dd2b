//! A file read at any position by many threads at once, without a shared cursor.

use std::fs::File;
use std::io;
use std::path::Path;

use super::file_error::failed;
use super::{FileError, Files};

/// An open file and its size when it was opened.
#[derive(Debug)]
pub struct RandomFile {
    file: File,
    size: u64,
}

impl RandomFile {
    /// Opens a file for reading.
    pub fn open(files: Files, path: &Path) -> Result<Self, FileError> {
        Self::of(files.open(path)?).map_err(failed("inspect", path))
    }

    /// An open file.
    pub fn of(file: File) -> io::Result<Self> {
        let size = file.metadata()?.len();
        Ok(Self { file, size })
    }

    /// Bytes in the file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Fills the buffer with the bytes at a position.
    pub fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> io::Result<()> {
        #[cfg(unix)]
        return std::os::unix::fs::FileExt::read_exact_at(&self.file, buffer, position);
        #[cfg(windows)]
        return seek_read_exact(&self.file, buffer, position);
    }
}

#[cfg(windows)]
fn seek_read_exact(file: &File, mut buffer: &mut [u8], mut position: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, position) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                buffer = &mut buffer[count..];
                position += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
