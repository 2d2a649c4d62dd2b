//! Answers PubGrub's questions: which release next, and what it needs.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use pubgrub::{Dependencies, DependencyConstraints, DependencyProvider, PackageResolutionStatistics, Ranges};

use super::direct::Direct;
use super::error::{InvalidDirectReference, ResolveError};
use super::packages::{Facts, Likely, MetadataError, Packages};
use super::release::{Node, Release, Releases, Source, direct, is_pinned, releases};
use super::shelf::{Rules, Shelf, Stock};
use super::wishes::{Prereleases, Wishes};
use crate::host::{Event, Progress};
use crate::index::File;
use crate::vocab::{
    ExtraName, Metadata, Origin, PackageName, Requirement, VersionSpecifiers, admits_python, admitted,
    mentions_prerelease,
};

/// The state of one resolution. It survives when the search starts again.
pub(super) struct Provider<'a, P: Packages> {
    pub(super) wishes: &'a Wishes,
    packages: &'a P,
    progress: &'a dyn Progress,
    facts: Arc<Facts>,
    machine: String,
    known: RefCell<Known>,
}

/// What was learnt so far.
#[derive(Debug, Default)]
struct Known {
    shelves: BTreeMap<PackageName, Shelf>,
    /// Wheels that are referred to directly, by their addresses.
    direct: BTreeMap<String, File>,
    /// The release of each package that was decided last: what its extras follow.
    decided: BTreeMap<PackageName, Release>,
    /// Releases whose metadata was asked for.
    looked_at: BTreeMap<PackageName, BTreeSet<String>>,
    steps: usize,
    /// Packages with many conflicts, in this search or in those before it.
    contested: BTreeSet<PackageName>,
    starts_again: bool,
    starts: usize,
}

/// Why PubGrub has to stop.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop<E: Error + 'static> {
    /// A package turned out to be contested, and should have been decided earlier.
    #[error("the search starts again")]
    Again,
    #[error(transparent)]
    Failed(#[from] ResolveError<E>),
}

/// Why a release cannot be used, as PubGrub keeps it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Unusable {
    /// It needs a direct reference that cannot be installed.
    Direct {
        requirement: String,
        reason: InvalidDirectReference,
    },
    /// It needs itself in another version.
    Itself,
    Metadata(String),
    OtherPython(VersionSpecifiers),
}

/// What a release needs, unless it cannot be used.
type Needs = Result<Vec<(Node, Releases)>, Unusable>;

/// What is decided first. Ordered: the last class comes first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Class {
    Usual,
    /// It was in the way, or in trouble, several times.
    Contested,
    /// One version is left.
    Pinned,
    Direct,
    Root,
}

/// Conflicts after which a package is decided before the usual ones. uv's number.
const CONTESTED: u32 = 5;

const MOST_STARTS: usize = 20;

/// Releases of a package that are tried one by one before older ones are asked for ahead, and how many then.
const MANY: usize = 4;
const AHEAD: usize = 12;

/// Releases whose metadata may be asked for. The largest real searches known ask for some two thousand.
const MOST_RELEASES: usize = 10_000;

/// Decisions that may be tried.
const MOST_STEPS: usize = 500_000;

impl<'a, P: Packages> Provider<'a, P> {
    pub(super) fn new(wishes: &'a Wishes, packages: &'a P, progress: &'a dyn Progress) -> Self {
        let facts = Facts { tags: wishes.tags.clone(), python: wishes.python.clone() };
        Self {
            wishes,
            packages,
            progress,
            facts: Arc::new(facts),
            machine: wishes.markers.description(),
            known: RefCell::default(),
        }
    }

    fn is_contested(&self, name: &PackageName, conflicts: u32) -> bool {
        let mut known = self.known.borrow_mut();
        if conflicts >= CONTESTED && !known.contested.contains(name) {
            known.contested.insert(name.clone());
            known.starts_again |= known.starts < MOST_STARTS;
        }
        known.contested.contains(name)
    }

    pub(super) fn start_again(&self) {
        let mut known = self.known.borrow_mut();
        known.starts += 1;
        known.starts_again = false;
        known.decided.clear();
    }

    pub(super) fn rules(&self) -> Rules<'_> {
        Rules { facts: &self.facts, prereleases: self.wishes.prereleases }
    }

    /// Looks at what is known of a package.
    pub(super) fn with_shelf<T>(&self, name: &PackageName, look: impl FnOnce(&Shelf) -> T) -> Option<T> {
        self.known.borrow().shelves.get(name).map(look)
    }

    /// Something of each package.
    pub(super) fn shelves<T: FromIterator<I>, I>(&self, look: impl Fn(&PackageName, &Shelf) -> I) -> T {
        self.known.borrow().shelves.iter().map(|(name, shelf)| look(name, shelf)).collect()
    }

    /// The wheel of a release that was chosen.
    pub(super) fn file(&self, name: &PackageName, release: &Release) -> Option<File> {
        let known = self.known.borrow();
        if let Source::Direct(url) = &release.source {
            return known.direct.get(url.as_ref()).cloned();
        }
        let stocked = known.shelves.get(name)?;
        let place = stocked.candidate(&release.version, &self.rules())?;
        Some(stocked.offer()?.file(place).clone())
    }

    /// The metadata of a release that was chosen, or why it is of no use.
    pub(super) fn metadata(
        &self,
        name: &PackageName,
        file: &File,
    ) -> Result<Result<Arc<Metadata>, Unusable>, ResolveError<P::Error>> {
        let metadata = match self.packages.metadata(file) {
            Ok(metadata) => metadata,
            Err(MetadataError::Unusable(reason)) => return Ok(Err(Unusable::Metadata(reason))),
            Err(MetadataError::Fetch(source)) => return Err(fetch(name, source)),
        };
        if metadata.name != *name || metadata.version != *file.name.version() {
            let found = format!("its metadata is that of {} {}", metadata.name, metadata.version);
            return Ok(Err(Unusable::Metadata(found)));
        }
        match &metadata.requires_python {
            Some(python) if !admits_python(python, &self.wishes.python) => {
                Ok(Err(Unusable::OtherPython(python.clone())))
            }
            _ => Ok(Ok(metadata)),
        }
    }

    /// The newest candidate of the index in a set. The index is asked once for each package.
    fn newest(&self, name: &PackageName, range: &Releases) -> Result<Option<Release>, ResolveError<P::Error>> {
        let asked = self.with_shelf(name, |shelf| !matches!(shelf.stock, Stock::Unasked));
        if asked != Some(true) {
            let page = self.packages.page(name).map_err(|source| fetch(name, source))?;
            let mut known = self.known.borrow_mut();
            let order = known.shelves.len();
            known.shelves.entry(name.clone()).or_insert_with(|| Shelf::new(order)).fill(page);
            self.progress.event(Event::PackageLookedUp { name: name.as_str(), known: known.shelves.len() });
        }
        Ok(self.with_shelf(name, |shelf| shelf.choose(range, &self.rules())).flatten())
    }

    /// Requirements as PubGrub wants them. A package is met here: this is when its page is asked for ahead.
    fn constraints<'r>(
        &self,
        requirements: impl IntoIterator<Item = &'r Requirement>,
    ) -> Result<Vec<(Node, Releases)>, Unusable> {
        let mut constraints = Vec::new();
        for requirement in requirements {
            let set = self.meet(requirement)?;
            constraints.push((Node::Package(requirement.name.clone()), set.clone()));
            let extra = |extra: &ExtraName| (Node::Extra(requirement.name.clone(), extra.clone()), set.clone());
            constraints.extend(requirement.extras.iter().map(extra));
        }
        Ok(constraints)
    }

    fn meet(&self, requirement: &Requirement) -> Result<Releases, Unusable> {
        let name = &requirement.name;
        let mut known = self.known.borrow_mut();
        let order = known.shelves.len();
        let asked = known.shelves.entry(name.clone()).or_insert_with(|| Shelf::new(order));
        match &requirement.origin {
            Origin::Index(specifiers) => {
                let admitted = admitted(specifiers);
                let set = releases(&admitted);
                if asked.ask(specifiers) {
                    let prereleases = self.wishes.prereleases == Prereleases::Allow || mentions_prerelease(specifiers);
                    let facts = Arc::clone(&self.facts);
                    self.packages.prefetch(name, Likely { facts, admitted, prereleases });
                }
                Ok(set)
            }
            Origin::Url(url) => {
                let unusable = |reason| Unusable::Direct { requirement: requirement.to_string(), reason };
                let reference = Direct::parse(name, url).map_err(unusable)?;
                reference.check(&self.facts.tags, &self.machine).map_err(unusable)?;
                let digests = reference.file.digests.clone();
                let file = known.direct.entry(reference.file.url.clone()).or_insert(reference.file);
                // The same address may come with its hash in one requirement and without it in another.
                file.digests = file.digests.take().or(digests);
                Ok(Ranges::singleton(reference.release))
            }
        }
    }

    /// What a release needs: PubGrub's form of the requirements that apply.
    fn needs(&self, node: &Node, release: &Release) -> Result<Needs, ResolveError<P::Error>> {
        let (name, extra) = match node {
            Node::Root => return Ok(self.constraints(self.wishes.applying())),
            Node::Package(name) => (name, None),
            Node::Extra(name, extra) => (name, Some(extra)),
        };
        let Some(file) = self.file(name, release) else {
            return Ok(Err(Unusable::Metadata("its file is gone".to_owned())));
        };
        self.count(name, release)?;
        let metadata = match self.metadata(name, &file)? {
            Ok(metadata) => metadata,
            Err(unusable) => return Ok(Err(unusable)),
        };
        let requirements = metadata.requires_dist.iter().filter(|requirement| self.adds(requirement, extra));
        let mut constraints = match self.constraints(requirements) {
            Ok(constraints) => constraints,
            Err(unusable) => return Ok(Err(unusable)),
        };
        if constraints.iter().any(|(other, set)| other == node && !set.contains(release)) {
            return Ok(Err(Unusable::Itself));
        }
        constraints.retain(|(other, _)| other != node);
        if extra.is_some() {
            constraints.push((Node::Package(name.clone()), Ranges::singleton(release.clone())));
        }
        Ok(Ok(constraints))
    }

    /// Whether a requirement comes with the package itself, or with an extra and not without it.
    fn adds(&self, requirement: &Requirement, extra: Option<&ExtraName>) -> bool {
        let applies = |extras: &[ExtraName]| requirement.applies(&self.wishes.markers, extras);
        match extra {
            None => applies(&[]),
            Some(extra) => applies(std::slice::from_ref(extra)) && !applies(&[]),
        }
    }

    /// Counts releases that are looked at. A package of which many were tried will have to show more of them: those
    /// are asked for ahead.
    fn count(&self, name: &PackageName, release: &Release) -> Result<(), ResolveError<P::Error>> {
        let mut known = self.known.borrow_mut();
        let tried = known.looked_at.entry(name.clone()).or_default();
        if tried.insert(release.to_string()) && tried.len() >= MANY && tried.len() % AHEAD == MANY % AHEAD {
            let older = known.shelves.get(name).map(|shelf| shelf.older(&release.version, AHEAD, &self.rules()));
            for version in older.unwrap_or_default() {
                let admitted = Ranges::singleton(version);
                let likely = Likely { facts: Arc::clone(&self.facts), admitted, prereleases: true };
                self.packages.prefetch(name, likely);
            }
        }
        let looked_at: usize = known.looked_at.values().map(BTreeSet::len).sum();
        if looked_at > MOST_RELEASES || known.steps > MOST_STEPS {
            let most = known.looked_at.iter().max_by_key(|(_, releases)| releases.len());
            let name = most.map_or(name, |(name, _)| name).clone();
            return Err(ResolveError::TooMuchWork { versions: looked_at, name });
        }
        Ok(())
    }
}

impl<P: Packages> DependencyProvider for Provider<'_, P> {
    type P = Node;
    type V = Release;
    type VS = Releases;
    type M = Unusable;
    type Err = Stop<P::Error>;
    /// Class, magnitude of conflicts, earliest met, the package before its extras.
    type Priority = (Class, Reverse<usize>, Reverse<bool>);

    /// What has least choice comes first, then what makes trouble, then what was met first: as uv orders them.
    fn prioritize(&self, node: &Node, range: &Releases, statistics: &PackageResolutionStatistics) -> Self::Priority {
        let (name, is_extra) = match node {
            Node::Root => return (Class::Root, Reverse(0), Reverse(false)),
            Node::Package(name) => (name, false),
            Node::Extra(name, _) => (name, true),
        };
        let order = self.with_shelf(name, |shelf| shelf.order).unwrap_or_default();
        let class = if direct(range).is_some() {
            Class::Direct
        } else if is_pinned(range) {
            Class::Pinned
        } else if self.is_contested(name, statistics.conflict_count()) {
            Class::Contested
        } else {
            Class::Usual
        };
        (class, Reverse(order), Reverse(is_extra))
    }

    fn choose_version(&self, node: &Node, range: &Releases) -> Result<Option<Release>, Self::Err> {
        let mut known = self.known.borrow_mut();
        known.steps += 1;
        if known.starts_again {
            return Err(Stop::Again);
        }
        let name = match node {
            Node::Root => return Ok(range.as_singleton().cloned()),
            Node::Package(name) => name,
            Node::Extra(name, _) => {
                if let Some(decided) = known.decided.get(name).filter(|release| range.contains(release)) {
                    return Ok(Some(decided.clone()));
                }
                name
            }
        };
        drop(known);
        let chosen = match direct(range) {
            Some(release) => Some(release.clone()),
            None => self.newest(name, range)?,
        };
        if let (Node::Package(name), Some(release)) = (node, &chosen) {
            self.known.borrow_mut().decided.insert(name.clone(), release.clone());
        }
        Ok(chosen)
    }

    fn get_dependencies(
        &self,
        node: &Node,
        release: &Release,
    ) -> Result<Dependencies<Node, Releases, Unusable>, Self::Err> {
        Ok(match self.needs(node, release)? {
            Ok(constraints) => Dependencies::Available(DependencyConstraints::from_iter(constraints)),
            Err(unusable) => Dependencies::Unavailable(unusable),
        })
    }

    fn should_cancel(&self) -> Result<(), Self::Err> {
        let root = || self.wishes.requirements.first().map(|requirement| requirement.name.clone());
        match (self.packages.check(), root()) {
            (Err(source), Some(name)) => Err(fetch(&name, source).into()),
            _ => Ok(()),
        }
    }
}

fn fetch<E: Error + 'static>(name: &PackageName, source: E) -> ResolveError<E> {
    ResolveError::Fetch { name: name.clone(), source }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct { requirement, reason } => write!(f, "it needs `{requirement}`, but {reason}"),
            Self::Itself => f.write_str("it needs itself in another version"),
            Self::Metadata(reason) => f.write_str(reason),
            Self::OtherPython(requires) => write!(f, "it requires Python {requires}"),
        }
    }
}
