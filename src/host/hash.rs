//! Hashes files of any size in little memory, and hears Ctrl-C while doing so.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::{FileError, Files, Interrupt, Interrupted};
use crate::vocab::{Algorithm, Digest, Hasher};

/// Bytes read at a time: enough for large files, little to allocate for each of thousands of small ones.
const BLOCK: usize = 64 << 10;

impl Files {
    /// The digest of a file.
    pub fn hash<E>(self, path: &Path, algorithm: Algorithm, interrupt: &Interrupt) -> Result<Digest, E>
    where
        E: From<FileError> + From<Interrupted>,
    {
        let mut hasher = Hasher::new(algorithm);
        let mut file = self.open(path)?;
        read_blocks::<E>(&mut file, path, interrupt, |block| {
            hasher.update(block);
            Ok(())
        })?;
        Ok(hasher.finish())
    }
}

/// Passes an open file on, block by block, from its current position to its end. Returns the number of bytes.
pub fn read_blocks<E>(
    file: &mut File,
    path: &Path,
    interrupt: &Interrupt,
    mut take: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<u64, E>
where
    E: From<FileError> + From<Interrupted>,
{
    let mut length = 0;
    let mut block = vec![0; BLOCK];
    loop {
        interrupt.check()?;
        let read = file.read(&mut block);
        let count = read.map_err(|source| FileError { act: "read", path: path.to_owned(), source })?;
        if count == 0 {
            return Ok(length);
        }
        take(&block[..count])?;
        length += count as u64;
    }
}
