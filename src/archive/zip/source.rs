//! The bytes of an archive, in a file, in memory or elsewhere.

use std::io;

use crate::host::RandomFile;

/// Bytes that can be read at any position.
pub trait Source {
    /// The number of bytes.
    fn size(&self) -> u64;

    /// Fills the buffer with the bytes at a position.
    fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> io::Result<()>;
}

impl Source for RandomFile {
    fn size(&self) -> u64 {
        Self::size(self)
    }

    fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> io::Result<()> {
        Self::read_exact_at(self, buffer, position)
    }
}

impl<S: Source> Source for &S {
    fn size(&self) -> u64 {
        (**self).size()
    }

    fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> io::Result<()> {
        (**self).read_exact_at(buffer, position)
    }
}

impl Source for Vec<u8> {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read_exact_at(&self, buffer: &mut [u8], position: u64) -> io::Result<()> {
        let start = usize::try_from(position).ok();
        let end = start.and_then(|start| start.checked_add(buffer.len()));
        match start.zip(end).and_then(|(start, end)| self.get(start..end)) {
            Some(bytes) => buffer.copy_from_slice(bytes),
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
        Ok(())
    }
}
