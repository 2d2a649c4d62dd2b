//! A whole wheel, fetched for its METADATA if nothing else works.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::fetch::LONGEST_WHEEL;
use crate::fetch::cache::is_private;
use crate::host::network::Response;
use crate::host::{FileError, Files, NetworkError, RandomFile, Staged};
use crate::index::File;
use crate::vocab::{Checksum, Mismatch};

/// A wheel in a temporary directory, which is removed when this value is dropped; where somebody else can write to the
/// cache, in a file without a name.
#[derive(Debug)]
pub(super) struct WholeWheel {
    pub(super) file: RandomFile,
    directory: Option<Staged>,
}

/// Why a whole wheel could not be fetched.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) enum WholeError {
    File(#[from] FileError),
    Mismatch(#[from] Mismatch),
    Network(#[from] NetworkError),
}

/// The directory of the cache in which a wheel is written.
const DIRECTORY: &str = "metadata";
const NAME: &str = "wheel";

impl WholeWheel {
    /// Writes the body of a response into a file of the cache, and checks it. A body that is longer than the file is
    /// stated to be, or than any wheel, is refused.
    pub(super) fn save(files: Files, cache_dir: &Path, response: Response, stated: &File) -> Result<Self, WholeError> {
        let directory = cache_dir.join(DIRECTORY);
        if !is_private(files, cache_dir, DIRECTORY) {
            return Self::save_unnamed(files, &directory, response, stated);
        }
        let temporary = files.stage(&directory.join(NAME))?;
        let path = temporary.path().join(NAME);
        write(files.create_new(&path, 0o600)?, &path, response, stated)?;
        Ok(Self { file: RandomFile::open(files, &path)?, directory: Some(temporary) })
    }

    /// The same in a file without a name, in some directory.
    pub(super) fn save_unnamed(
        files: Files,
        directory: &Path,
        response: Response,
        stated: &File,
    ) -> Result<Self, WholeError> {
        let path = directory.join(NAME);
        let file = write(files.create_private(directory)?, &path, response, stated)?;
        let file = RandomFile::of(file).map_err(|source| not_written(&path, source))?;
        Ok(Self { file, directory: None })
    }

    /// Its path, if it has one.
    pub(super) fn path(&self) -> Option<PathBuf> {
        self.directory.as_ref().map(|directory| directory.path().join(NAME))
    }
}

/// Writes and checks the body of a response, and returns the file.
fn write(
    mut file: std::fs::File,
    path: &Path,
    mut response: Response,
    stated: &File,
) -> Result<std::fs::File, WholeError> {
    let mut checksum = Checksum::new(stated.digests.as_ref());
    let (limit, mut length) = (stated.size.unwrap_or(LONGEST_WHEEL).min(LONGEST_WHEEL), 0);
    while let Some(chunk) = response.chunk()? {
        length += chunk.len() as u64;
        if length > limit {
            return Err(NetworkError::BodyTooLong { url: response.url(), limit }.into());
        }
        checksum.update(&chunk);
        file.write_all(&chunk).map_err(|source| not_written(path, source))?;
    }
    checksum.check()?;
    Ok(file)
}

fn not_written(path: &Path, source: io::Error) -> FileError {
    FileError { act: "write", path: path.to_owned(), source }
}
