//! Why a page or METADATA cannot be read.

use std::io;
use std::path::PathBuf;

use crate::archive::zip::ArchiveError;
use crate::host::{FileError, Interrupted, NetworkError};
use crate::index::PageError;
use crate::vocab::{InvalidMetadata, Mismatch, PackageName, Version};

/// Why a page or METADATA cannot be read.
///
/// Exit codes: [`MetadataDigest`](Self::MetadataDigest), and [`Unusable`](Self::Unusable) of a damaged wheel, are failed
/// verifications. [`FindLinks`](Self::FindLinks),
/// [`LookUp`](Self::LookUp), [`Metadata`](Self::Metadata), [`NoFindLinks`](Self::NoFindLinks),
/// [`NoIndexDirectory`](Self::NoIndexDirectory) and the three `NotCached` ones concern the network;
/// [`Interrupted`](Self::Interrupted) is an interruption. All others are plain failures.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error(transparent)]
    File(#[from] FileError),
    /// A find-links page cannot be fetched.
    #[error("failed to fetch the find-links page `{place}`")]
    FindLinks { place: String, source: Box<NetworkError> },
    /// Offline.
    #[error("the find-links page `{place}` is not cached, and the network is disabled")]
    FindLinksNotCached { place: String },
    #[error("failed to read the find-links page `{place}`")]
    FindLinksPage { place: String, source: PageError },
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// An index does not answer.
    #[error("failed to look up `{project}` in the index `{index}`")]
    LookUp { project: PackageName, index: String, source: Box<NetworkError> },
    /// METADATA cannot be fetched.
    #[error("failed to fetch the metadata of `{file}`")]
    Metadata { file: String, source: Box<NetworkError> },
    /// METADATA, or the wheel that it was read from, does not have the digest that the index states.
    #[error("failed to verify the metadata of `{file}`")]
    MetadataDigest { file: String, source: Mismatch },
    /// Offline.
    #[error("the metadata of `{file}` is not cached, and the network is disabled")]
    MetadataNotCached { file: String },
    /// The response of an index is not its page.
    #[error("failed to parse the page of `{project}` from the index `{index}`")]
    Page { project: PackageName, index: String, source: PageError },
    /// Offline.
    #[error("the page of `{project}` at the index `{index}` is not cached, and the network is disabled")]
    PageNotCached { project: PackageName, index: String },
    /// A local wheel cannot be read.
    #[error("failed to read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("the find-links page `{place}` does not exist")]
    NoFindLinks { place: String },
    /// The index is a missing directory, or text that is not an address and so was taken for a path.
    #[error("the index directory `{}` does not exist", path.display())]
    NoIndexDirectory { path: PathBuf },
    /// METADATA exists but cannot be used.
    #[error("failed to use the metadata of `{file}`")]
    Unusable { file: String, source: UnusableMetadata },
}

/// Why the METADATA of a wheel cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnusableMetadata {
    #[error("the wheel is damaged: {0}")]
    Archive(ArchiveError),
    #[error("{0}")]
    Invalid(InvalidMetadata),
    #[error("the wheel is damaged: it contains no METADATA of its own")]
    Missing,
    #[error("the metadata belongs to `{name}` {version}")]
    OtherRelease { name: PackageName, version: Version },
    #[error("the wheel is damaged: it contains METADATA twice")]
    Repeated,
    #[error("the file is a source distribution")]
    Sdist,
}

impl UnusableMetadata {
    /// True if the wheel is damaged, as opposed to having METADATA that cannot be used.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Archive(_) | Self::Missing | Self::Repeated)
    }
}

impl CatalogError {
    /// Advice for the user.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::LookUp { index, source, .. } if matches!(**source, NetworkError::Status { status: 403, .. }) => {
                let hint = source.hint()?;
                Some(format!(
                    "{hint}; if it answers so for packages that it does not have, set `KINGBOLT_INDEX_ABSENT_STATUS={index}=403`"
                ))
            }
            Self::FindLinks { source, .. } | Self::LookUp { source, .. } | Self::Metadata { source, .. } => {
                source.hint()
            }
            Self::FindLinksPage { source, .. } | Self::Page { source, .. } => source.hint(),
            Self::MetadataDigest { .. } => {
                Some("the index is inconsistent; if it is a mirror, try another one".to_owned())
            }
            Self::FindLinksNotCached { .. } | Self::MetadataNotCached { .. } | Self::PageNotCached { .. } => {
                Some("run the command once without `--offline`".to_owned())
            }
            Self::NoFindLinks { .. } => Some("check the URL of the page".to_owned()),
            Self::NoIndexDirectory { .. } => Some("index URLs begin with `https://`".to_owned()),
            Self::File(_) | Self::Interrupted(_) | Self::Read { .. } | Self::Unusable { .. } => None,
        }
    }
}
