//! The packages and versions of PubGrub.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::vocab::{Address, ExtraName, PackageName, Version};

/// A package in the terms of PubGrub: one decision is made for each.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum Node {
    /// The request itself.
    Root,
    Package(PackageName),
    /// An extra of a package: it depends on the same release of the package, and on the additional requirements.
    Extra(PackageName, ExtraName),
}

/// A version and its source. A direct reference is a separate release, so that two different URLs for one package
/// contradict each other.
#[derive(Clone, Debug)]
pub(super) struct Release {
    pub(super) version: Version,
    pub(super) source: Source,
    /// The next version of the package, if it is known and sets of the package are snapped: the release then represents
    /// everything before that version. Ignored in comparisons.
    pub(super) next: Option<Version>,
}

/// The source of a release.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Source {
    Index,
    /// One wheel, by its URL without fragment.
    Direct(Arc<Address>),
    /// No source: marks the end of the releases of a version in bounds.
    Last,
}

impl Node {
    /// The package, or the package of the extra.
    pub(super) fn package(&self) -> Option<&PackageName> {
        match self {
            Self::Root => None,
            Self::Extra(name, _) | Self::Package(name) => Some(name),
        }
    }
}

impl Release {
    pub(super) fn from_index(version: &Version) -> Self {
        Self { version: version.clone(), source: Source::Index, next: None }
    }

    /// The same release, representing everything before the next version, or everything above if there is none.
    pub(super) fn until(self, next: Option<&Version>) -> Self {
        Self { next: Some(next.map_or_else(above_all, Clone::clone)), ..self }
    }
}

/// A version above all real ones.
pub(super) fn above_all() -> Version {
    Version::new([u64::MAX]).with_epoch(u64::MAX)
}

/// Returns true for releases above all real versions, which are bounds or members of empty sets.
pub(super) fn is_above_all(release: &Release) -> bool {
    release.version.epoch() == u64::MAX
}

impl Ord for Release {
    fn cmp(&self, other: &Self) -> Ordering {
        self.version.cmp(&other.version).then_with(|| self.source.cmp(&other.source))
    }
}

impl PartialOrd for Release {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Release {}

impl PartialEq for Release {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("the request"),
            Self::Package(name) => write!(f, "{name}"),
            Self::Extra(name, extra) => write!(f, "{name}[{extra}]"),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::Direct(url) => write!(f, "@ {url}"),
            Source::Index | Source::Last => write!(f, "{}", self.version),
        }
    }
}
