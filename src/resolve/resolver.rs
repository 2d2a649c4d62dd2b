//! One resolution: its input, what it has learned, and the releases that it can choose.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;

use super::direct::without_fragment;
use super::error::ResolveError;
use super::package_state::{IndexEntry, PackageState, SelectionRules};
use super::packages::{MetadataError, Packages, TargetPython};
use super::release::{Release, Source};
use super::releases::{Releases, segments_processed};
use super::request::ResolveRequest;
use super::state::{LimitExceeded, ResolverState, SearchStatus};
use super::unavailable::UnavailableReason;
use crate::host::{Event, Progress};
use crate::index::File;
use crate::vocab::{Address, Metadata, Origin, PackageName, Requirement, admits_python};

pub(super) struct Resolver<'a, P: Packages> {
    pub(super) request: &'a ResolveRequest,
    pub(super) packages: &'a P,
    pub(super) progress: &'a dyn Progress,
    pub(super) target: Arc<TargetPython>,
    pub(super) machine: String,
    /// The addresses that the request names, without fragment.
    pub(super) named_addresses: BTreeSet<Address>,
    pub(super) state: RefCell<ResolverState>,
    /// The segments that the thread had processed before this resolution.
    segments_before: u64,
}

impl<'a, P: Packages> Resolver<'a, P> {
    pub(super) fn new(request: &'a ResolveRequest, packages: &'a P, progress: &'a dyn Progress) -> Self {
        let target = TargetPython { tags: request.tags.clone(), version: request.python.clone() };
        Self {
            request,
            packages,
            progress,
            target: Arc::new(target),
            machine: request.markers.description(),
            named_addresses: request.applicable().chain(&request.rules.overrides).filter_map(address).collect(),
            state: RefCell::default(),
            segments_before: segments_processed(),
        }
    }

    /// Returns true if the conclusions of the search are valid.
    pub(super) fn is_valid(&self) -> bool {
        self.state.borrow().status() != SearchStatus::Invalid
    }

    /// Discards the results of the last search.
    pub(super) fn restart(&self) {
        self.state.borrow_mut().restart();
    }

    /// Fails if the search has done too much work.
    pub(super) fn check_segments(&self) -> Result<(), ResolveError<P::Error>> {
        let checked = self.state.borrow().check_segments(segments_processed() - self.segments_before);
        checked.map_err(|LimitExceeded { versions, name }| ResolveError::TooManyTries { versions, name })
    }

    /// The rules under which all known requirements count.
    pub(super) fn rules(&self) -> SelectionRules<'_> {
        SelectionRules { target: &self.target, prereleases: &self.request.rules.prereleases, decisions: None }
    }

    /// The rules under which only the requirements of decided releases count.
    pub(super) fn rules_of_decisions<'s>(&'s self, state: &'s ResolverState) -> SelectionRules<'s> {
        SelectionRules { decisions: Some(&state.decisions), ..self.rules() }
    }

    /// Reads the state of a package, if there is any.
    pub(super) fn with_package<T>(&self, name: &PackageName, read: impl FnOnce(&PackageState) -> T) -> Option<T> {
        self.state.borrow().packages.get(name).map(read)
    }

    /// Returns true if requirements of the decided releases admit all pre-releases and yanked files among them.
    /// Otherwise, the next search does not consider requirements of others for these packages.
    pub(super) fn admits_decisions(&self) -> bool {
        let mut state = self.state.borrow_mut();
        let rules = self.rules_of_decisions(&state);
        let is_admitted = |name: &PackageName, release: &Release| {
            release.source != Source::Index
                || state
                    .packages
                    .get(name)
                    .is_some_and(|package| package.usable_file(&release.version, &rules).is_some())
        };
        let packages = state.decisions.packages().filter(|(name, release)| !is_admitted(name, release));
        let refused: Vec<PackageName> = packages.map(|(name, _)| name.clone()).collect();
        let is_admitted = refused.is_empty();
        state.strict.extend(refused);
        is_admitted
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
            Err(MetadataError::Damaged(source)) => return Err(ResolveError::Damaged(source)),
            Err(MetadataError::Fetch(source)) => return Err(fetch_error(name, source)),
        };
        if metadata.name != *name || metadata.version != *file.name.version() {
            let found = format!("its metadata belongs to {} {}", metadata.name, metadata.version);
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
            let too_new = match &page {
                Some(page) => self.request.uploads.too_new(name, page)?,
                None => BTreeSet::new(),
            };
            let mut state = self.state.borrow_mut();
            state.package(name).set_page(page, too_new, self.request.builds.sdist_use(name));
            self.progress.event(Event::PackageLookedUp { name: name.as_str(), known: state.packages.len() });
        }
        let state = self.state.borrow();
        let Some(package) = state.packages.get(name) else { return Ok(None) };
        let chosen = package.choose(set, &self.rules_of_decisions(&state));
        // The release whose requirement admits the only ones left may be decided later.
        Ok(chosen.or_else(|| if state.strict.contains(name) { None } else { package.choose(set, &self.rules()) }))
    }
}

fn address(requirement: &Requirement) -> Option<Address> {
    match &requirement.origin {
        Origin::Index(_) => None,
        Origin::Url(address) => Some(without_fragment(address)),
    }
}

pub(super) fn fetch_error<E: Error + 'static>(name: &PackageName, source: E) -> ResolveError<E> {
    ResolveError::Fetch { name: name.clone(), source }
}
