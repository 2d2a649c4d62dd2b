//! One file to download: the facts stated about it, and how errors name it.

use crate::host::{FileError, LockError, NetworkError, RandomFile, VerifiedFile};
use crate::vocab::{Checksum, Digests, Location, Mismatch};

use super::DownloadError;
use super::artifact::Artifact;
use super::partial::ReadError;

/// A file at one location.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'a> {
    /// The name of the file.
    pub(super) file: &'a str,
    pub(super) location: &'a Location,
    pub(super) digests: Option<&'a Digests>,
    pub(super) size: Option<u64>,
}

impl<'a> Item<'a> {
    pub(super) fn of(artifact: &'a impl Artifact) -> Self {
        Self {
            file: artifact.file(),
            location: artifact.location(),
            digests: artifact.digests(),
            size: artifact.size(),
        }
    }

    pub(super) fn address_error(&self) -> DownloadError {
        DownloadError::Address { file: self.name(), url: self.shown() }
    }

    pub(super) fn file_error(&self, source: FileError) -> DownloadError {
        DownloadError::File { file: self.name(), source }
    }

    pub(super) fn lock_error(&self, source: LockError) -> DownloadError {
        match source {
            LockError::Interrupted(interrupted) => DownloadError::Interrupted(interrupted),
            source => DownloadError::Lock { file: self.name(), source },
        }
    }

    pub(super) fn oversized(&self, limit: u64) -> DownloadError {
        DownloadError::Oversized { file: self.name(), url: self.shown(), limit }
    }

    pub(super) fn long(&self, size: u64) -> DownloadError {
        DownloadError::Long { file: self.name(), url: self.shown(), size }
    }

    pub(super) fn network_error(&self, source: NetworkError) -> DownloadError {
        match source {
            NetworkError::Interrupted(interrupted) => DownloadError::Interrupted(interrupted),
            source => DownloadError::Network { file: self.name(), source },
        }
    }

    pub(super) fn page(&self) -> DownloadError {
        DownloadError::Page { file: self.name(), url: self.shown() }
    }

    pub(super) fn short(&self, expected: u64, got: u64) -> DownloadError {
        DownloadError::Short { file: self.name(), url: self.shown(), expected, got }
    }

    pub(super) fn read_error(&self, error: ReadError) -> DownloadError {
        match error {
            ReadError::File(source) => self.file_error(source),
            ReadError::Interrupted(interrupted) => interrupted.into(),
        }
    }

    /// A private file that was just hashed, if its size and its digests are the stated ones.
    pub(super) fn verified(
        &self,
        hashed: Result<(RandomFile, Checksum), ReadError>,
    ) -> Result<VerifiedFile, DownloadError> {
        let (file, checksum) = hashed.map_err(|error| self.read_error(error))?;
        if let Some(stated) = self.size.filter(|stated| *stated != file.size()) {
            return Err(self.wrong_size(stated, file.size()));
        }
        let sha256 = checksum.check().map_err(|mismatch| self.wrong_digest(mismatch))?;
        Ok(VerifiedFile { file, sha256 })
    }

    pub(super) fn wrong_digest(&self, Mismatch { expected, found }: Mismatch) -> DownloadError {
        DownloadError::WrongDigest { file: self.name(), url: self.shown(), expected, got: found }
    }

    pub(super) fn wrong_range(&self, asked: u64, got: Option<&str>) -> DownloadError {
        let got = got.unwrap_or("no range").to_owned();
        DownloadError::WrongRange { file: self.name(), url: self.shown(), asked, got }
    }

    pub(super) fn wrong_size(&self, expected: u64, got: u64) -> DownloadError {
        DownloadError::WrongSize { file: self.name(), url: self.shown(), expected, got }
    }

    fn name(&self) -> String {
        self.file.to_owned()
    }

    fn shown(&self) -> String {
        self.location.to_string()
    }
}
