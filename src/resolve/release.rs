//! What PubGrub calls packages and versions.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::vocab::{ExtraName, PackageName, Version};

/// What a version is chosen for.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum Node {
    /// The request itself.
    Root,
    Package(PackageName),
    /// An extra of a package: it depends on the same release of the package, and on what the extra adds.
    Extra(PackageName, ExtraName),
}

/// A version, and where it comes from. A direct reference is a release of its own, so that two different addresses
/// for one package contradict each other.
#[derive(Clone, Debug)]
pub(super) struct Release {
    pub(super) version: Version,
    pub(super) source: Source,
    /// The next version of the package, where it is known and sets of the package are snapped: the release then stands
    /// for everything before that. No part of what the release is.
    pub(super) next: Option<Version>,
}

/// Where a release comes from.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Source {
    Index,
    /// One wheel, by its address without fragment.
    Direct(Arc<str>),
    /// None: the end of a version's releases, for bounds.
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
    pub(super) fn of_index(version: &Version) -> Self {
        Self { version: version.clone(), source: Source::Index, next: None }
    }

    /// The same, standing for everything before the next version, or for everything above.
    pub(super) fn until(self, next: Option<&Version>) -> Self {
        Self { next: Some(next.map_or_else(nowhere, Clone::clone)), ..self }
    }
}

/// Above all versions.
pub(super) fn nowhere() -> Version {
    Version::new([u64::MAX]).with_epoch(u64::MAX)
}

/// Whether a release is above all versions: a bound, or what nothing is.
pub(super) fn is_nowhere(release: &Release) -> bool {
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
