//! What a resolution learnt so far. It survives when the search starts again.

use std::collections::{BTreeMap, BTreeSet};

use super::release::Release;
use super::shelf::Shelf;
use crate::index::File;
use crate::vocab::PackageName;

/// All that is known.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) shelves: BTreeMap<PackageName, Shelf>,
    /// Wheels that are referred to directly, by their addresses.
    pub(super) direct: BTreeMap<String, File>,
    /// The release of each package that was decided last: what its extras follow.
    pub(super) decided: BTreeMap<PackageName, Release>,
    /// Releases whose metadata was asked for.
    looked_at: BTreeMap<PackageName, BTreeSet<String>>,
    /// Packages with many conflicts, in this search or in those before it.
    contested: BTreeSet<PackageName>,
    starts: usize,
    state: State,
}

/// How the search is doing.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum State {
    #[default]
    Good,
    /// A package should have been decided earlier.
    Slow,
    /// What it concluded may be wrong.
    Wrong,
}

/// Conflicts after which a package is decided before the usual ones. uv's number.
const CONTESTED: u32 = 5;

/// How often a search starts again because of contested packages.
const MOST_STARTS: usize = 20;

/// Releases whose metadata may be asked for. The largest real searches known ask for some four thousand.
/// Tests give up earlier.
const MOST_RELEASES: usize = if cfg!(test) { 2_500 } else { 10_000 };

/// Segments of sets that may be reckoned with: eight seconds of work, where a hundred million took 2.7. Two thousand
/// versions of two packages that depend on each other one to one need a three-hundredth of it, while a conflict that only trying can prove needs any number, however
/// few versions there are. Tests give up earlier.
const MOST_RECKONED: u64 = if cfg!(test) { 10_000_000 } else { 300_000_000 };

/// A search that has gone on for too long.
pub(super) struct Exhausted {
    /// Releases whose metadata was asked for.
    pub(super) versions: usize,
    /// The package with the most versions looked at.
    pub(super) name: PackageName,
}

impl Known {
    /// What is known of a package, which may be met for the first time.
    pub(super) fn shelf(&mut self, name: &PackageName) -> &mut Shelf {
        let order = self.shelves.len();
        self.shelves.entry(name.clone()).or_insert_with(|| Shelf::new(order))
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    /// Takes note of how the search is doing; it does not get better.
    pub(super) fn worsen(&mut self, state: State) {
        self.state = self.state.max(state);
    }

    /// Whether a package has had many conflicts. The first time, the search is worth starting again.
    pub(super) fn is_contested(&mut self, name: &PackageName, conflicts: u32) -> bool {
        if conflicts >= CONTESTED && self.contested.insert(name.clone()) && self.starts < MOST_STARTS {
            self.worsen(State::Slow);
        }
        self.contested.contains(name)
    }

    /// Forgets what only the last search is about.
    pub(super) fn start_again(&mut self) {
        self.starts += 1;
        self.state = State::Good;
        self.decided.clear();
        self.shelves.values_mut().for_each(Shelf::start_again);
    }

    /// Tells whether a search that has reckoned with so many segments of sets should be given up.
    pub(super) fn check(&self, reckoned: u64) -> Result<(), Exhausted> {
        match self.exhausted() {
            Some(exhausted) if reckoned > MOST_RECKONED => Err(exhausted),
            _ => Ok(()),
        }
    }

    /// Counts a release whose metadata is asked for; gives back how many of the package there were, if it is new.
    pub(super) fn look_at(&mut self, name: &PackageName, release: &Release) -> Result<Option<usize>, Exhausted> {
        let of_package = self.looked_at.entry(name.clone()).or_default();
        let is_new = of_package.insert(release.to_string());
        let count = of_package.len();
        match self.exhausted() {
            Some(exhausted) if exhausted.versions > MOST_RELEASES => Err(exhausted),
            _ => Ok(is_new.then_some(count)),
        }
    }

    /// How the search stands, should it be given up.
    fn exhausted(&self) -> Option<Exhausted> {
        let (name, _) = self.looked_at.iter().max_by_key(|(_, releases)| releases.len())?;
        Some(Exhausted { versions: self.looked_at.values().map(BTreeSet::len).sum(), name: name.clone() })
    }
}
