//! Sets of releases for PubGrub.

use std::cell::Cell;
use std::fmt;
use std::ops::{Bound, Deref};
use std::sync::Arc;

use pubgrub::VersionSet;
use version_ranges::Ranges;

use super::release::{Release, Source, above_all, is_above_all};
use crate::vocab::{Version, after_locals};

/// A set of releases.
///
/// PubGrub assumes that between any two versions there are others, so a search that rejects a thousand versions one by
/// one cuts a set into a thousand segments, again and again. If all versions of a package are known before a search,
/// its sets are snapped to them: each version represents everything up to the next one, and neighbouring rejected
/// versions merge into one segment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Releases(Ranges<Release>);

impl Releases {
    /// The releases above one.
    pub(super) fn above(release: Release) -> Self {
        Self(Ranges::strictly_higher_than(release))
    }

    /// The releases of a range of versions, including direct references.
    pub(super) fn from_versions(versions: &Ranges<Version>) -> Self {
        let at = |version: &Version, source| Release { version: version.clone(), source, next: None };
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
        Self(versions.iter().map(segment).collect())
    }

    /// The same, snapped to all existing versions, oldest first. A range that holds none of them becomes a set that
    /// contains no release and differs from the set of any other range.
    pub(super) fn snapped(admitted: &Ranges<Version>, versions: &[&Version]) -> Self {
        if *admitted == Ranges::full() {
            return Self::full();
        }
        let mut runs: Vec<(Bound<Release>, Bound<Release>)> = Vec::new();
        let mut is_open = false;
        for (position, is_inside) in admitted.contains_many(versions.iter().copied()).enumerate() {
            let next = versions.get(position + 1).copied();
            let end = Bound::Excluded(next.map_or_else(|| Release::from_index(&above_all()), Release::from_index));
            match runs.last_mut().filter(|_| is_open && is_inside) {
                Some(run) => run.1 = end,
                None if is_inside => {
                    runs.push((Bound::Included(Release::from_index(versions[position]).until(next)), end));
                }
                None => {}
            }
            is_open = is_inside;
        }
        if runs.is_empty() {
            let source = Source::Direct(Arc::new(admitted.to_string().into()));
            return Self(Ranges::singleton(Release { version: above_all(), source, next: None }));
        }
        Self(runs.into_iter().collect())
    }

    /// The one direct reference that the set consists of.
    pub(super) fn direct(&self) -> Option<&Release> {
        self.0.as_singleton().filter(|release| matches!(release.source, Source::Direct(_)) && !is_above_all(release))
    }

    /// Returns true if the set holds only one version, as `==1.0` does.
    pub(super) fn is_pinned(&self) -> bool {
        match self.0.bounding_range() {
            Some((Bound::Included(low), Bound::Included(high))) => low.version == high.version,
            Some((Bound::Included(low), Bound::Excluded(high))) => {
                low.next.as_ref() == Some(&high.version) || after_locals(&low.version) == high.version
            }
            _ => false,
        }
    }
}

thread_local! {
    static SEGMENTS: Cell<u64> = const { Cell::new(0) };
}

/// The number of segments in all sets that this thread has processed so far: a measure of PubGrub's work that does not
/// depend on the machine. PubGrub calls nothing else between two decisions, so only its sets can count.
pub(super) fn segments_processed() -> u64 {
    SEGMENTS.get()
}

fn count_segments(one: &Releases, other: &Releases) {
    SEGMENTS.set(SEGMENTS.get() + 1 + (one.iter().count() + other.iter().count()) as u64);
}

impl Deref for Releases {
    type Target = Ranges<Release>;

    fn deref(&self) -> &Ranges<Release> {
        &self.0
    }
}

impl VersionSet for Releases {
    type V = Release;

    fn empty() -> Self {
        Self(Ranges::empty())
    }

    fn singleton(release: Release) -> Self {
        match &release.next {
            Some(next) => {
                let end = Bound::Excluded(Release::from_index(next));
                Self(Ranges::from_range_bounds((Bound::Included(release), end)))
            }
            None => Self(Ranges::singleton(release)),
        }
    }

    fn complement(&self) -> Self {
        Self(self.0.complement())
    }

    fn intersection(&self, other: &Self) -> Self {
        count_segments(self, other);
        Self(self.0.intersection(&other.0))
    }

    fn contains(&self, release: &Release) -> bool {
        self.0.contains(release)
    }

    fn full() -> Self {
        Self(Ranges::full())
    }

    fn union(&self, other: &Self) -> Self {
        count_segments(self, other);
        Self(self.0.union(&other.0))
    }

    fn is_disjoint(&self, other: &Self) -> bool {
        count_segments(self, other);
        self.0.is_disjoint(&other.0)
    }

    fn subset_of(&self, other: &Self) -> bool {
        count_segments(self, other);
        self.0.subset_of(&other.0)
    }
}

impl fmt::Display for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{admitted, parse_specifiers, parse_version};

    fn versions() -> Vec<Version> {
        ["1.0", "1.5a1", "2.0", "3.0"].iter().map(|text| parse_version(text).unwrap()).collect()
    }

    fn snapped(text: &str) -> Releases {
        Releases::snapped(&admitted(&parse_specifiers(text).unwrap()), &versions().iter().collect::<Vec<_>>())
    }

    #[test]
    fn snapped_sets_hold_the_versions_that_are_admitted() {
        for text in ["", ">=1.5", "<2", "!=2", "==2", "==1.5a1", ">=1,<3", ">1.0,!=2.0"] {
            let specifiers = parse_specifiers(text).unwrap();
            for version in versions() {
                let is_inside = snapped(text).contains(&Release::from_index(&version));
                assert_eq!(is_inside, crate::vocab::admits(&specifiers, &version), "{text} {version}");
            }
        }
    }

    #[test]
    fn versions_rejected_one_by_one_merge_in_snapped_sets() {
        let versions = versions();
        let mut left = Releases::full();
        for (position, version) in versions.iter().enumerate() {
            let release = Release::from_index(version).until(versions.get(position + 1));
            left = left.intersection(&Releases::singleton(release).complement());
        }
        assert_eq!(left.iter().count(), 2);
        assert!(!versions.iter().any(|version| left.contains(&Release::from_index(version))));
    }

    #[test]
    fn ranges_without_versions_have_nothing_in_common() {
        assert_ne!(snapped(">=9"), snapped(">=8"));
        assert_eq!(snapped(">=9").intersection(&snapped(">=8")), Releases::empty());
        assert_eq!(snapped(">=9").intersection(&snapped("")), snapped(">=9"));
        assert_eq!(snapped(">=9").direct(), None);
    }

    #[test]
    fn one_version_is_pinned_whether_it_is_snapped_or_not() {
        for text in ["==2.0", "==2.0.0", ">=2,<2.5"] {
            assert!(snapped(text).is_pinned(), "{text}");
        }
        for text in ["", ">=2", "!=2", "==9"] {
            assert!(!snapped(text).is_pinned() || text == "==9", "{text}");
        }
        assert!(Releases::from_versions(&admitted(&parse_specifiers("==2.0").unwrap())).is_pinned());
        assert!(!Releases::from_versions(&admitted(&parse_specifiers("~=2.0").unwrap())).is_pinned());
    }
}
