//! Why a file was not downloaded.

use std::io::ErrorKind;

use crate::host::{FileError, Interrupted, LockError, NetworkError};
use crate::vocab::Digest;

/// Why a file was not downloaded.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// A `file` address that names no path on this machine.
    #[error("failed to parse the URL `{url}` of `{file}`")]
    Address { file: String, url: String },
    /// A failure of the disk.
    #[error("failed to save `{file}`")]
    File { file: String, source: FileError },
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The lock that keeps two processes from downloading the same file.
    #[error("failed to lock the download of `{file}`")]
    Lock { file: String, source: LockError },
    /// The server sends more bytes than the file has.
    #[error("refused `{file}`: `{url}` sent more than the expected {size} bytes")]
    Long { file: String, url: String, size: u64 },
    /// A failure of the server or the network.
    #[error("failed to download `{file}`")]
    Network { file: String, source: NetworkError },
    /// The file is larger than any file of its kind may be.
    #[error("refused `{file}`: `{url}` has more than {limit} bytes, the most that it may have")]
    Oversized { file: String, url: String, limit: u64 },
    /// The server sends a web page in place of the file.
    #[error("refused `{file}`: `{url}` returned a web page")]
    Page { file: String, url: String },
    /// The server stops before the end of the file, in every attempt.
    #[error("failed to download `{file}`: `{url}` sent only {got} of {expected} bytes")]
    Short { file: String, url: String, expected: u64, got: u64 },
    /// The file does not have the digest that the index, the lock or the address states.
    #[error("refused `{file}`: `{url}` has {got}, not the expected {expected}")]
    WrongDigest { file: String, url: String, expected: Digest, got: Digest },
    /// The server sends another part of the file than the requested one.
    #[error("refused a part of `{file}`: requested bytes from {asked}, but `{url}` sent `{got}`")]
    WrongRange { file: String, url: String, asked: u64, got: String },
    /// The size is not the stated one.
    #[error("refused `{file}`: `{url}` has {got} bytes, not the expected {expected}")]
    WrongSize { file: String, url: String, expected: u64, got: u64 },
}

/// Why not all files were delivered: the first failure.
#[derive(Debug, thiserror::Error)]
pub enum DownloadsError<E> {
    #[error(transparent)]
    Download(DownloadError),
    /// The file was downloaded, but its destination did not accept it.
    #[error(transparent)]
    Destination(E),
}

impl DownloadError {
    /// True if the file is not available at its address; it may still be available at another one.
    pub fn is_of_address(&self) -> bool {
        matches!(self, Self::Address { .. } | Self::Network { .. } | Self::Page { .. } | Self::Short { .. })
    }

    /// True if there is no space left for the file.
    pub(super) fn is_full_disk(&self) -> bool {
        let kind = if let Self::File { source, .. } = self { source.source.kind() } else { return false };
        matches!(kind, ErrorKind::QuotaExceeded | ErrorKind::StorageFull)
    }

    /// Advice for the user.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File { .. } if self.is_full_disk() => {
                Some("free some space, or set KINGBOLT_CACHE_DIR to a directory on another disk".to_owned())
            }
            Self::Lock { source, .. } => source.hint(),
            Self::Network { source, .. } => source.hint(),
            Self::Page { .. } => {
                Some("open the URL in a browser; the network or the server may require you to log in".to_owned())
            }
            Self::Short { .. } | Self::WrongRange { .. } => Some("try again; the download will resume".to_owned()),
            Self::WrongDigest { .. } | Self::WrongSize { .. } | Self::Long { .. } => Some(
                "the file was changed on the server or in transit; do not install it until its publisher explains why"
                    .to_owned(),
            ),
            Self::Address { .. } | Self::File { .. } | Self::Interrupted(_) | Self::Oversized { .. } => None,
        }
    }
}

impl<E> From<DownloadError> for DownloadsError<E> {
    fn from(error: DownloadError) -> Self {
        Self::Download(error)
    }
}
