//! The state of a resolution, and the answers to PubGrub's questions: which package next, which release of it, and its
//! dependencies.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::error::Error;
use std::sync::Arc;

use pubgrub::{Dependencies, DependencyConstraints, DependencyProvider, PackageResolutionStatistics};

use super::dependencies::UnavailableReason;
use super::error::ResolveError;
use super::package_state::{IndexEntry, PackageState, SelectionRules};
use super::packages::{MetadataError, Packages, TargetPython};
use super::release::{Node, Release, Source};
use super::releases::{Releases, segments_processed};
use super::request::ResolveRequest;
use super::state::{LimitExceeded, ResolverState, SearchStatus};
use crate::host::{Event, Progress};
use crate::index::File;
use crate::vocab::{Metadata, PackageName, admits_python};

/// One resolution: its input and what it has learned.
pub(super) struct Provider<'a, P: Packages> {
    pub(super) request: &'a ResolveRequest,
    pub(super) packages: &'a P,
    progress: &'a dyn Progress,
    pub(super) target: Arc<TargetPython>,
    pub(super) machine: String,
    pub(super) state: RefCell<ResolverState>,
    /// The segments that the thread had processed before this resolution.
    segments_before: u64,
}

/// The reason why PubGrub has to stop.
#[derive(Debug, thiserror::Error)]
pub(super) enum Interruption<E: Error + 'static> {
    #[error(transparent)]
    Failed(#[from] ResolveError<E>),
    #[error("the search starts again")]
    Restart,
}

/// The order of decisions, as in uv: the last class comes first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum PriorityClass {
    Unspecified,
    /// The package was in several conflicts.
    Conflicting,
    /// One version is left.
    Singleton,
    DirectUrl,
    Root,
}

impl<'a, P: Packages> Provider<'a, P> {
    pub(super) fn new(request: &'a ResolveRequest, packages: &'a P, progress: &'a dyn Progress) -> Self {
        let target = TargetPython { tags: request.tags.clone(), version: request.python.clone() };
        Self {
            request,
            packages,
            progress,
            target: Arc::new(target),
            machine: request.markers.description(),
            state: RefCell::default(),
            segments_before: segments_processed(),
        }
    }

    /// Returns true if the conclusions of the search are valid.
    pub(super) fn is_valid(&self) -> bool {
        self.state.borrow().status() != SearchStatus::Invalid
    }

    /// Discards what belongs to the last search only.
    pub(super) fn restart(&self) {
        self.state.borrow_mut().restart();
    }

    /// Fails if the search has done too much work.
    pub(super) fn check_segments(&self) -> Result<(), ResolveError<P::Error>> {
        let checked = self.state.borrow().check_segments(segments_processed() - self.segments_before);
        checked.map_err(|LimitExceeded { versions, name }| ResolveError::TooManyTries { versions, name })
    }

    pub(super) fn rules(&self) -> SelectionRules<'_> {
        SelectionRules { target: &self.target, prereleases: self.request.prereleases }
    }

    /// Reads the state of a package, if there is any.
    pub(super) fn with_package<T>(&self, name: &PackageName, read: impl FnOnce(&PackageState) -> T) -> Option<T> {
        self.state.borrow().packages.get(name).map(read)
    }

    /// The wheel of a chosen release.
    pub(super) fn file(&self, name: &PackageName, release: &Release) -> Option<File> {
        let state = self.state.borrow();
        if let Source::Direct(url) = &release.source {
            return state.direct.get(url.as_ref()).cloned();
        }
        let package = state.packages.get(name)?;
        let file = package.usable_file(&release.version, &self.rules())?;
        Some(package.candidates()?.file(file).clone())
    }

    /// The metadata of a chosen release, or the reason why the release cannot be used.
    pub(super) fn metadata(
        &self,
        name: &PackageName,
        file: &File,
    ) -> Result<Result<Arc<Metadata>, UnavailableReason>, ResolveError<P::Error>> {
        let metadata = match self.packages.metadata(file) {
            Ok(metadata) => metadata,
            Err(MetadataError::Unusable(reason)) => return Ok(Err(UnavailableReason::Metadata(reason))),
            Err(MetadataError::Fetch(source)) => return Err(fetch_error(name, source)),
        };
        if metadata.name != *name || metadata.version != *file.name.version() {
            let found = format!("its metadata is that of {} {}", metadata.name, metadata.version);
            return Ok(Err(UnavailableReason::Metadata(found)));
        }
        let requires_python = metadata.requires_python.clone();
        match requires_python.filter(|requires| !admits_python(requires, &self.request.python)) {
            Some(requires) => Ok(Err(UnavailableReason::OtherPython(requires))),
            None => Ok(Ok(metadata)),
        }
    }

    /// The newest usable release of the index in a set. The page of each package is requested once.
    pub(super) fn newest(&self, name: &PackageName, set: &Releases) -> Result<Option<Release>, ResolveError<P::Error>> {
        let requested = self.with_package(name, |package| !matches!(package.entry, IndexEntry::NotRequested));
        if requested != Some(true) {
            let page = self.packages.page(name).map_err(|source| fetch_error(name, source))?;
            let mut state = self.state.borrow_mut();
            state.package(name).set_page(page);
            self.progress.event(Event::PackageLookedUp { name: name.as_str(), known: state.packages.len() });
        }
        Ok(self.with_package(name, |package| package.choose(set, &self.rules())).flatten())
    }
}

impl<P: Packages> DependencyProvider for Provider<'_, P> {
    type P = Node;
    type V = Release;
    type VS = Releases;
    type M = UnavailableReason;
    type Err = Interruption<P::Error>;
    /// Class, earliest known package, the package before its extras.
    type Priority = (PriorityClass, Reverse<usize>, Reverse<bool>);

    /// Packages with the fewest choices come first, then those in several conflicts, then those known first, as in uv.
    /// PubGrub backtracks only as far as a conflict requires, so a package that was decided too early keeps its version
    /// while the others get older ones. The search therefore restarts when a package gets into several conflicts, and
    /// decides it first.
    fn prioritize(&self, node: &Node, set: &Releases, statistics: &PackageResolutionStatistics) -> Self::Priority {
        let Some(name) = node.package() else {
            return (PriorityClass::Root, Reverse(0), Reverse(false));
        };
        let order = self.with_package(name, |package| package.order).unwrap_or_default();
        let class = if set.direct().is_some() {
            PriorityClass::DirectUrl
        } else if set.is_pinned() {
            PriorityClass::Singleton
        } else if self.state.borrow_mut().is_conflicting(name, statistics.conflict_count()) {
            PriorityClass::Conflicting
        } else {
            PriorityClass::Unspecified
        };
        (class, Reverse(order), Reverse(matches!(node, Node::Extra(..))))
    }

    fn choose_version(&self, node: &Node, set: &Releases) -> Result<Option<Release>, Self::Err> {
        if self.state.borrow().status() != SearchStatus::Valid {
            return Err(Interruption::Restart);
        }
        let Some(name) = node.package() else {
            return Ok(set.as_singleton().cloned());
        };
        // The package was decided before its extras, in a set that is no larger.
        let decided = match node {
            Node::Extra(..) => self.state.borrow().decided.get(name).filter(|release| set.contains(release)).cloned(),
            Node::Package(_) | Node::Root => None,
        };
        let chosen = match decided.or_else(|| set.direct().cloned()) {
            Some(release) => Some(release),
            None => self.newest(name, set)?,
        };
        if let (Node::Package(name), Some(release)) = (node, &chosen) {
            self.state.borrow_mut().decided.insert(name.clone(), release.clone());
        }
        Ok(chosen)
    }

    fn get_dependencies(
        &self,
        node: &Node,
        release: &Release,
    ) -> Result<Dependencies<Node, Releases, UnavailableReason>, Self::Err> {
        Ok(match self.dependencies(node, release)? {
            Ok(constraints) => Dependencies::Available(DependencyConstraints::from_iter(constraints)),
            Err(reason) => Dependencies::Unavailable(reason),
        })
    }

    fn should_cancel(&self) -> Result<(), Self::Err> {
        self.check_segments()?;
        match (self.packages.check(), self.request.requirements.first()) {
            (Err(source), Some(requirement)) => Err(fetch_error(&requirement.name, source).into()),
            _ => Ok(()),
        }
    }
}

fn fetch_error<E: Error + 'static>(name: &PackageName, source: E) -> ResolveError<E> {
    ResolveError::Fetch { name: name.clone(), source }
}
