//! What PubGrub calls packages and versions.

use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use version_ranges::Ranges;

use crate::vocab::{ExtraName, PackageName, Version, after_locals};

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
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Release {
    pub(super) version: Version,
    pub(super) source: Source,
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

/// A set of releases.
pub(super) type Releases = Ranges<Release>;

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
        Self { version: version.clone(), source: Source::Index }
    }
}

/// The releases of an admitted range of versions, direct references included.
pub(super) fn releases(versions: &Ranges<Version>) -> Releases {
    let at = |version: &Version, source| Release { version: version.clone(), source };
    let segment = |(low, high): (&Bound<Version>, &Bound<Version>)| {
        let low = match low {
            Bound::Excluded(version) => Bound::Excluded(at(version, Source::Last)),
            Bound::Included(version) => Bound::Included(at(version, Source::Index)),
            Bound::Unbounded => Bound::Unbounded,
        };
        let high = match high {
            Bound::Excluded(version) => Bound::Excluded(at(version, Source::Index)),
            Bound::Included(version) => Bound::Included(at(version, Source::Last)),
            Bound::Unbounded => Bound::Unbounded,
        };
        (low, high)
    };
    versions.iter().map(segment).collect()
}

/// The one direct reference that a set consists of.
pub(super) fn direct(releases: &Releases) -> Option<&Release> {
    releases.as_singleton().filter(|release| matches!(release.source, Source::Direct(_)))
}

/// Whether a set holds one version only, as `==1.0` does.
pub(super) fn is_pinned(releases: &Releases) -> bool {
    match releases.bounding_range() {
        Some((Bound::Included(low), Bound::Included(high))) => low.version == high.version,
        Some((Bound::Included(low), Bound::Excluded(high))) => after_locals(&low.version) == high.version,
        _ => false,
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
