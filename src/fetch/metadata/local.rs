//! A wheel in a file of this machine.

use std::ops::Range;

use super::archive::{Archive, Unreadable};
use crate::fetch::CatalogError;
use crate::host::RandomFile;

/// Why a local archive cannot be read.
#[derive(Debug)]
pub(super) enum LocalError {
    Io(CatalogError),
    Unreadable(Unreadable),
}

impl Archive for RandomFile {
    type Error = LocalError;

    fn length(&self) -> u64 {
        self.size()
    }

    fn part(&mut self, range: Range<u64>) -> Result<Vec<u8>, LocalError> {
        let length = usize::try_from(range.end - range.start).map_err(|_| Unreadable("it is too long"))?;
        let mut bytes = vec![0; length];
        match self.read_exact_at(&mut bytes, range.start) {
            Ok(()) => Ok(bytes),
            Err(source) => Err(LocalError::Io(CatalogError::Read { path: self.path().to_owned(), source })),
        }
    }
}

impl From<Unreadable> for LocalError {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}
