//! Questions without an answer.

use std::io;
use std::path::PathBuf;

use crate::fetch::metadata::Unreadable;
use crate::host::{FileError, Interrupted, NetworkError};
use crate::index::PageError;
use crate::vocab::{InvalidMetadata, Mismatch, PackageName, Version};

/// Why a page or METADATA could not be had.
///
/// Exit codes: [`MetadataDigest`](Self::MetadataDigest) is a failed verification. [`FindLinks`](Self::FindLinks),
/// [`LookUp`](Self::LookUp), [`Metadata`](Self::Metadata), [`NoFindLinks`](Self::NoFindLinks),
/// [`NoIndexDirectory`](Self::NoIndexDirectory) and the three `NotCached` ones concern the network;
/// [`Interrupted`](Self::Interrupted) is what it says. All others mean plain failure.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error(transparent)]
    File(#[from] FileError),
    /// A find-links page cannot be fetched.
    #[error("failed to fetch the find-links page `{place}`")]
    FindLinks { place: String, source: Box<NetworkError> },
    /// Offline.
    #[error("the find-links page `{place}` is not in the cache, and network use is turned off")]
    FindLinksNotCached { place: String },
    #[error("failed to read the find-links page `{place}`")]
    FindLinksPage { place: String, source: PageError },
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// An index gives no answer.
    #[error("failed to ask the index `{index}` for `{project}`")]
    LookUp { project: PackageName, index: String, source: Box<NetworkError> },
    /// METADATA cannot be fetched.
    #[error("failed to fetch the metadata of `{file}`")]
    Metadata { file: String, source: Box<NetworkError> },
    /// METADATA, or the wheel that it was read from, is not what the index states.
    #[error("failed to verify the metadata of `{file}`")]
    MetadataDigest { file: String, source: Mismatch },
    /// Offline.
    #[error("the metadata of `{file}` is not in the cache, and network use is turned off")]
    MetadataNotCached { file: String },
    /// An index answers with something else than its page.
    #[error("failed to read the page of `{project}` at the index `{index}`")]
    Page { project: PackageName, index: String, source: PageError },
    /// Offline.
    #[error("the page of `{project}` at the index `{index}` is not in the cache, and network use is turned off")]
    PageNotCached { project: PackageName, index: String },
    /// A local wheel cannot be read.
    #[error("failed to read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("there is no find-links page `{place}`")]
    NoFindLinks { place: String },
    /// An index that is a directory, or a text that was no address and so was taken for one.
    #[error("there is no directory `{}` that could be an index", path.display())]
    NoIndexDirectory { path: PathBuf },
    /// METADATA is there, but no good.
    #[error("failed to use the metadata of `{file}`")]
    Unusable { file: String, source: UnusableMetadata },
}

/// What is wrong with the METADATA of a wheel.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum UnusableMetadata {
    #[error("the wheel is damaged: {0}")]
    Archive(Unreadable),
    #[error("{0}")]
    Invalid(InvalidMetadata),
    #[error("the file is metadata of `{name}` {version}")]
    OtherRelease { name: PackageName, version: Version },
    #[error("the file is a source distribution")]
    Sdist,
}

impl CatalogError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::FindLinks { source, .. } | Self::LookUp { source, .. } | Self::Metadata { source, .. } => {
                source.hint()
            }
            Self::FindLinksPage { source, .. } | Self::Page { source, .. } => source.hint(),
            Self::MetadataDigest { .. } => {
                Some("the index contradicts itself; if it is a mirror, try another one".to_owned())
            }
            Self::FindLinksNotCached { .. } | Self::MetadataNotCached { .. } | Self::PageNotCached { .. } => {
                Some("run the command once without `--offline`".to_owned())
            }
            Self::NoFindLinks { .. } => Some("check the address of the page".to_owned()),
            Self::NoIndexDirectory { .. } => Some("an address begins with `https://`".to_owned()),
            Self::File(_) | Self::Interrupted(_) | Self::Read { .. } | Self::Unusable { .. } => None,
        }
    }
}
