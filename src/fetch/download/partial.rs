//! A file that is being downloaded.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::host::{FileError, Files, Interrupt, Interrupted, RandomFile, checkpoint, is_private, read_blocks};
use crate::vocab::{Checksum, Digests, Mismatch, Sha256};

/// The received bytes of a file, from its beginning on.
#[derive(Debug)]
pub(super) struct Partial<'a> {
    path: PathBuf,
    file: File,
    stated: Option<&'a Digests>,
    checksum: Checksum,
    length: u64,
}

/// Why a file was not read to its end.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) enum ReadError {
    File(#[from] FileError),
    Interrupted(#[from] Interrupted),
}

impl<'a> Partial<'a> {
    /// Opens or creates the file, and hashes the bytes that an earlier process left.
    pub(super) fn open(
        files: Files,
        path: &Path,
        stated: Option<&'a Digests>,
        interrupt: &Interrupt,
    ) -> Result<Self, ReadError> {
        let mut file = files.open_or_create(path)?;
        let (checksum, length) = read(&mut file, path, stated, interrupt)?;
        Ok(Self { path: path.to_owned(), file, stated, checksum, length })
    }

    /// An empty file without a name, in a directory that only this user can write.
    pub(super) fn unnamed(
        files: Files,
        directory: &Path,
        path: &Path,
        stated: Option<&'a Digests>,
    ) -> Result<Self, FileError> {
        let file = files.create_private(directory)?;
        Ok(Self { path: path.to_owned(), file, stated, checksum: Checksum::new(stated), length: 0 })
    }

    /// The number of received bytes.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Appends the next bytes.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        checkpoint("disk");
        self.file.write_all(bytes).map_err(|source| self.failed("write", source))?;
        self.checksum.update(bytes);
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Removes all bytes.
    pub(super) fn clear(&mut self) -> Result<(), FileError> {
        let emptied = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        emptied.map_err(|source| self.failed("empty", source))?;
        self.checksum = Checksum::new(self.stated);
        self.length = 0;
        Ok(())
    }

    /// Compares the received bytes with all stated digests.
    pub(super) fn check(&self) -> Result<Sha256, Mismatch> {
        self.checksum.check()
    }

    /// True if no other user can change the received bytes.
    pub(super) fn is_private(&self) -> Result<bool, FileError> {
        is_private(&self.file).map_err(|source| self.failed("inspect", source))
    }

    /// The received bytes with their digests: this file, or a private copy of it if other users can change it.
    pub(super) fn into_private(
        mut self,
        files: Files,
        directory: &Path,
        interrupt: &Interrupt,
    ) -> Result<(RandomFile, Checksum), ReadError> {
        if self.is_private()? {
            return Ok((random(self.file, &self.path)?, self.checksum));
        }
        self.file.rewind().map_err(|source| self.failed("read", source))?;
        private_copy(files, &mut self.file, &self.path, directory, self.stated, interrupt)
    }

    fn failed(&self, act: &'static str, source: std::io::Error) -> FileError {
        FileError { act, path: self.path.clone(), source }
    }
}

/// Copies an open file into a private file of a directory. Returns the copy and its digests.
pub(super) fn private_copy(
    files: Files,
    original: &mut File,
    path: &Path,
    directory: &Path,
    stated: Option<&Digests>,
    interrupt: &Interrupt,
) -> Result<(RandomFile, Checksum), ReadError> {
    let mut checksum = Checksum::new(stated);
    let copy = files.copy_private::<ReadError>(original, path, directory, interrupt, |block| checksum.update(block))?;
    Ok((random(copy, path)?, checksum))
}

fn random(file: File, path: &Path) -> Result<RandomFile, FileError> {
    RandomFile::of(file).map_err(|source| FileError { act: "inspect", path: path.to_owned(), source })
}

/// Reads a file from its current position to its end. Returns its digests and the number of bytes.
fn read(
    file: &mut File,
    path: &Path,
    stated: Option<&Digests>,
    interrupt: &Interrupt,
) -> Result<(Checksum, u64), ReadError> {
    let mut checksum = Checksum::new(stated);
    let length = read_blocks::<ReadError>(file, path, interrupt, |block| {
        checksum.update(block);
        Ok(())
    })?;
    Ok((checksum, length))
}
