//! Answers PubGrub's questions: which package next, which release of it, and what that needs.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::error::Error;
use std::sync::Arc;

use pubgrub::{Dependencies, DependencyConstraints, DependencyProvider, PackageResolutionStatistics};

use super::error::ResolveError;
use super::known::{Exhausted, Known, State};
use super::needs::Unusable;
use super::packages::{Facts, MetadataError, Packages};
use super::release::{Node, Release, Source};
use super::releases::{Releases, reckoned};
use super::shelf::{Rules, Shelf, Stock};
use super::wishes::Wishes;
use crate::host::{Event, Progress};
use crate::index::File;
use crate::vocab::{Metadata, PackageName, admits_python};

/// The state of one resolution.
pub(super) struct Provider<'a, P: Packages> {
    pub(super) wishes: &'a Wishes,
    pub(super) packages: &'a P,
    progress: &'a dyn Progress,
    pub(super) facts: Arc<Facts>,
    pub(super) machine: String,
    pub(super) known: RefCell<Known>,
    /// What the thread had reckoned before.
    reckoned_before: u64,
}

/// Why PubGrub has to stop.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop<E: Error + 'static> {
    #[error("the search starts again")]
    Again,
    #[error(transparent)]
    Failed(#[from] ResolveError<E>),
}

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

impl<'a, P: Packages> Provider<'a, P> {
    pub(super) fn new(wishes: &'a Wishes, packages: &'a P, progress: &'a dyn Progress) -> Self {
        let facts = Facts { tags: wishes.tags.clone(), python: wishes.python.clone() };
        let machine = wishes.markers.description();
        let known = RefCell::default();
        Self { wishes, packages, progress, facts: Arc::new(facts), machine, known, reckoned_before: reckoned() }
    }

    /// Whether what the search concluded counts.
    pub(super) fn is_right(&self) -> bool {
        self.known.borrow().state() != State::Wrong
    }

    /// Forgets what only the last search is about.
    pub(super) fn start_again(&self) {
        self.known.borrow_mut().start_again();
    }

    pub(super) fn rules(&self) -> Rules<'_> {
        Rules { facts: &self.facts, prereleases: self.wishes.prereleases }
    }

    /// Looks at what is known of a package.
    pub(super) fn with_shelf<T>(&self, name: &PackageName, look: impl FnOnce(&Shelf) -> T) -> Option<T> {
        self.known.borrow().shelves.get(name).map(look)
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
        let other_python = metadata.requires_python.clone();
        match other_python.filter(|requires| !admits_python(requires, &self.wishes.python)) {
            Some(requires) => Ok(Err(Unusable::OtherPython(requires))),
            None => Ok(Ok(metadata)),
        }
    }

    /// The newest candidate of the index in a set. The index is asked once for each package.
    pub(super) fn newest(
        &self,
        name: &PackageName,
        range: &Releases,
    ) -> Result<Option<Release>, ResolveError<P::Error>> {
        let asked = self.with_shelf(name, |shelf| !matches!(shelf.stock, Stock::Unasked));
        if asked != Some(true) {
            let page = self.packages.page(name).map_err(|source| fetch(name, source))?;
            let mut known = self.known.borrow_mut();
            known.shelf(name).fill(page);
            self.progress.event(Event::PackageLookedUp { name: name.as_str(), known: known.shelves.len() });
        }
        Ok(self.with_shelf(name, |shelf| shelf.choose(range, &self.rules())).flatten())
    }

    /// The release of the package that was decided last.
    fn decided(&self, name: &PackageName) -> Option<Release> {
        self.known.borrow().decided.get(name).cloned()
    }
}

impl<P: Packages> DependencyProvider for Provider<'_, P> {
    type P = Node;
    type V = Release;
    type VS = Releases;
    type M = Unusable;
    type Err = Stop<P::Error>;
    /// Class, earliest met, the package before its extras.
    type Priority = (Class, Reverse<usize>, Reverse<bool>);

    /// What has least choice comes first, then what makes trouble, then what was met first: as uv orders them. PubGrub
    /// goes back only as far as a conflict needs, so that a package that was decided too early stays as it is and the
    /// rest grows old. A package that makes trouble is therefore worth starting again, with it decided first.
    fn prioritize(&self, node: &Node, range: &Releases, statistics: &PackageResolutionStatistics) -> Self::Priority {
        let Some(name) = node.package() else {
            return (Class::Root, Reverse(0), Reverse(false));
        };
        let order = self.with_shelf(name, |shelf| shelf.order).unwrap_or_default();
        let class = if range.direct().is_some() {
            Class::Direct
        } else if range.is_pinned() {
            Class::Pinned
        } else if self.known.borrow_mut().is_contested(name, statistics.conflict_count()) {
            Class::Contested
        } else {
            Class::Usual
        };
        (class, Reverse(order), Reverse(matches!(node, Node::Extra(..))))
    }

    fn choose_version(&self, node: &Node, range: &Releases) -> Result<Option<Release>, Self::Err> {
        if self.known.borrow().state() != State::Good {
            return Err(Stop::Again);
        }
        let Some(name) = node.package() else {
            return Ok(range.as_singleton().cloned());
        };
        // The package was decided before its extras, in a set that is no larger.
        let decided = self.decided(name).filter(|release| matches!(node, Node::Extra(..)) && range.contains(release));
        let chosen = match decided.or_else(|| range.direct().cloned()) {
            Some(release) => Some(release),
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
        if let Err(Exhausted { versions, name }) = self.known.borrow().check(reckoned() - self.reckoned_before) {
            return Err(ResolveError::TooManyTries { versions, name }.into());
        }
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
