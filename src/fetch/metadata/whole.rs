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
    pub(super) fn save(
        files: Files,
        cache_dir: &Path,
        mut response: Response,
        stated: &File,
    ) -> Result<Self, WholeError> {
        let directory = cache_dir.join(DIRECTORY);
        let (temporary, path, mut file) = if is_private(files, cache_dir, DIRECTORY) {
            let temporary = files.stage(&directory.join(NAME))?;
            let path = temporary.path().join(NAME);
            let file = files.create_new(&path, 0o600)?;
            (Some(temporary), path, file)
        } else {
            (None, directory.join(NAME), files.create_private(&directory)?)
        };
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
        let file = match temporary {
            Some(_) => RandomFile::open(files, &path)?,
            None => RandomFile::of(file).map_err(|source| not_written(&path, source))?,
        };
        Ok(Self { file, directory: temporary })
    }

    /// Its path, if it has one.
    pub(super) fn path(&self) -> Option<PathBuf> {
        self.directory.as_ref().map(|directory| directory.path().join(NAME))
    }
}

fn not_written(path: &Path, source: io::Error) -> FileError {
    FileError { act: "write", path: path.to_owned(), source }
}
