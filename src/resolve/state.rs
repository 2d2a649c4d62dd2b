//! Everything that a resolution has learned so far. It is kept when the search restarts.

use std::collections::{BTreeMap, BTreeSet};

use super::decisions::Decisions;
use super::known_extras::KnownExtras;
use super::package_state::PackageState;
use super::release::Release;
use crate::index::File;
use crate::vocab::{Address, PackageName};

#[derive(Debug, Default)]
pub(super) struct ResolverState {
    pub(super) packages: BTreeMap<PackageName, PackageState>,
    /// Wheels of direct references, by URL.
    pub(super) direct: BTreeMap<Address, File>,
    pub(super) extras: KnownExtras,
    /// Addresses that packages name, without fragment.
    pub(super) reported_addresses: BTreeSet<Address>,
    pub(super) decisions: Decisions,
    /// Packages whose pre-releases and yanked files only requirements of decided releases admit.
    pub(super) strict: BTreeSet<PackageName>,
    /// Releases whose metadata was requested.
    visited: BTreeMap<PackageName, BTreeSet<String>>,
    /// Packages with many conflicts, in this search or an earlier one.
    conflicting: BTreeSet<PackageName>,
    restarts: usize,
    status: SearchStatus,
}

/// The status of the current search.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum SearchStatus {
    #[default]
    Valid,
    /// A package should have been decided earlier.
    Slow,
    /// Its conclusions may be wrong.
    Invalid,
}

/// Conflicts after which a package is decided before others; the same number as in uv.
const CONFLICT_THRESHOLD: u32 = 5;

/// Restarts because of packages with many conflicts.
const MAX_RESTARTS: usize = 20;

/// Releases whose metadata may be requested. The largest real searches known request about four thousand.
/// Tests use a lower limit.
const MAX_VISITED: usize = if cfg!(test) { 2_500 } else { 10_000 };

/// Segments of sets that may be processed: eight seconds of work, at 2.7 seconds for a hundred million. Two packages
/// of two thousand versions each, every version of which depends on exactly one of the other, need a three-hundredth of
/// it. A conflict that can only be proved by trying all combinations can need any number, however few versions there
/// are. Tests use a lower limit.
const MAX_SEGMENTS: u64 = if cfg!(test) { 10_000_000 } else { 300_000_000 };

/// The search has exceeded one of its limits.
pub(super) struct LimitExceeded {
    /// Releases whose metadata was requested.
    pub(super) versions: usize,
    /// The package with the most of them.
    pub(super) name: PackageName,
}

impl ResolverState {
    /// The state of a package, which is created on first use.
    pub(super) fn package(&mut self, name: &PackageName) -> &mut PackageState {
        let order = self.packages.len();
        self.packages.entry(name.clone()).or_insert_with(|| PackageState::new(name.clone(), order))
    }

    pub(super) fn status(&self) -> SearchStatus {
        self.status
    }

    /// Lowers the status of the search; it is never raised.
    pub(super) fn lower_status(&mut self, status: SearchStatus) {
        self.status = self.status.max(status);
    }

    /// Returns true if a package has had many conflicts. The first time this happens, the search should restart.
    pub(super) fn is_conflicting(&mut self, name: &PackageName, conflicts: u32) -> bool {
        if conflicts >= CONFLICT_THRESHOLD && self.conflicting.insert(name.clone()) && self.restarts < MAX_RESTARTS {
            self.lower_status(SearchStatus::Slow);
        }
        self.conflicting.contains(name)
    }

    /// Discards the results of the last search.
    pub(super) fn restart(&mut self) {
        self.restarts += 1;
        self.status = SearchStatus::Valid;
        self.decisions = Decisions::default();
        self.packages.values_mut().for_each(PackageState::restart);
    }

    /// Fails if the search has processed too many segments of sets.
    pub(super) fn check_segments(&self, processed: u64) -> Result<(), LimitExceeded> {
        match self.limit_exceeded() {
            Some(exceeded) if processed > MAX_SEGMENTS => Err(exceeded),
            _ => Ok(()),
        }
    }

    /// Records a release whose metadata is requested. If it is new, returns how many of the package were requested.
    pub(super) fn visit(&mut self, name: &PackageName, release: &Release) -> Result<Option<usize>, LimitExceeded> {
        let of_package = self.visited.entry(name.clone()).or_default();
        let is_new = of_package.insert(release.to_string());
        let count = of_package.len();
        match self.limit_exceeded() {
            Some(exceeded) if exceeded.versions > MAX_VISITED => Err(exceeded),
            _ => Ok(is_new.then_some(count)),
        }
    }

    /// The error for a search that is given up now.
    fn limit_exceeded(&self) -> Option<LimitExceeded> {
        let (name, _) = self.visited.iter().max_by_key(|(_, releases)| releases.len())?;
        Some(LimitExceeded { versions: self.visited.values().map(BTreeSet::len).sum(), name: name.clone() })
    }
}
