//! A whole wheel, fetched for its METADATA if nothing else works.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::fetch::LONGEST_WHEEL;
use crate::host::network::Response;
use crate::host::{FileError, Files, NetworkError, Staged};
use crate::index::File;
use crate::vocab::{Checksum, Mismatch};

/// A wheel in a temporary directory, which is removed when this value is dropped.
#[derive(Debug)]
pub(super) struct WholeWheel {
    directory: Staged,
}

/// Why a whole wheel could not be fetched.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) enum WholeError {
    File(#[from] FileError),
    Mismatch(#[from] Mismatch),
    Network(#[from] NetworkError),
}

const NAME: &str = "wheel";

impl WholeWheel {
    /// Writes the body of a response into a file below a directory, and checks it. A body that is longer than the file is
    /// stated to be, or than any wheel, is refused.
    pub(super) fn save(
        files: Files,
        directory: &Path,
        mut response: Response,
        stated: &File,
    ) -> Result<Self, WholeError> {
        let whole = Self { directory: files.stage(&directory.join(NAME))? };
        let path = whole.path();
        let mut file = files.create_new(&path, 0o600)?;
        let mut checksum = Checksum::new(stated.digests.as_ref());
        let (limit, mut length) = (stated.size.unwrap_or(LONGEST_WHEEL).min(LONGEST_WHEEL), 0);
        while let Some(chunk) = response.chunk()? {
            length += chunk.len() as u64;
            if length > limit {
                return Err(NetworkError::BodyTooLong { url: response.url(), limit }.into());
            }
            checksum.update(&chunk);
            file.write_all(&chunk).map_err(|source| not_written(&path, source))?;
        }
        checksum.check()?;
        Ok(whole)
    }

    pub(super) fn path(&self) -> PathBuf {
        self.directory.path().join(NAME)
    }
}

fn not_written(path: &Path, source: io::Error) -> FileError {
    FileError { act: "write", path: path.to_owned(), source }
}
