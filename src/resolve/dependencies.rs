//! The dependencies of a release, in PubGrub's form.

use std::sync::Arc;

use pubgrub::VersionSet;
use version_ranges::Ranges;

use super::direct::{Direct, without_fragment};
use super::error::ResolveError;
use super::packages::{Packages, PrefetchHint};
use super::release::{Node, Release, Source};
use super::releases::Releases;
use super::resolver::Resolver;
use super::state::{LimitExceeded, SearchStatus};
use super::unavailable::UnavailableReason;
use crate::host::Event;
use crate::vocab::{
    Address, ExtraName, Origin, PackageName, Requirement, Version, VersionSpecifiers, admitted, mentions_prerelease,
};

/// The dependencies of a release, unless it cannot be used.
pub(super) type Constraints = Result<Vec<(Node, Releases)>, UnavailableReason>;

/// Releases of a package that are tried one by one before the metadata of older ones is prefetched.
const TRIED_BEFORE_PREFETCH: usize = 4;

/// Releases whose metadata is prefetched at a time.
const PREFETCHED: usize = 12;

impl<P: Packages> Resolver<'_, P> {
    /// The applicable requirements of a release.
    pub(super) fn dependencies(&self, node: &Node, release: &Release) -> Result<Constraints, ResolveError<P::Error>> {
        let (name, extra) = match node {
            Node::Root => return Ok(self.constraints((node, release), self.request.applicable())),
            Node::Package(name) => (name, None),
            Node::Extra(name, extra) => (name, Some(extra)),
        };
        let Some(file) = self.file(name, release) else {
            return Ok(Err(UnavailableReason::Metadata("its file no longer exists".to_owned())));
        };
        self.visit(name, release)?;
        let metadata = match self.metadata(name, &file)? {
            Ok(metadata) => metadata,
            Err(reason) => return Ok(Err(reason)),
        };
        let requirements = metadata.requires_dist.iter().filter(|requirement| self.is_added(requirement, extra));
        let requirements: Vec<&Requirement> = requirements.collect();
        self.check_addresses(name, release, &requirements)?;
        self.state.borrow_mut().extras.add(name, &metadata);
        if let Some(extra) = extra
            && self.is_requested_extra(name, extra)
            && self.state.borrow().extras.is_lost(name, extra, &metadata)
        {
            return Ok(Err(UnavailableReason::NoExtra(extra.clone())));
        }
        let mut constraints = match self.constraints((node, release), requirements) {
            Ok(constraints) => constraints,
            Err(reason) => return Ok(Err(reason)),
        };
        if constraints.iter().any(|(other, set)| other == node && !set.contains(release)) {
            return Ok(Err(UnavailableReason::Itself));
        }
        constraints.retain(|(other, _)| other != node);
        if extra.is_some() {
            constraints.push((Node::Package(name.clone()), Releases::singleton(release.clone())));
        }
        Ok(Ok(constraints))
    }

    /// Refuses addresses that the person did not name. A package that the person named by its address may name others;
    /// each is reported before it is used.
    fn check_addresses(
        &self,
        name: &PackageName,
        release: &Release,
        requirements: &[&Requirement],
    ) -> Result<(), ResolveError<P::Error>> {
        for requirement in requirements {
            let Origin::Url(address) = &requirement.origin else { continue };
            let source = without_fragment(address);
            if self.named_addresses.contains(&source) {
                continue;
            }
            let shown = Requirement { marker: None, ..Requirement::clone(requirement) };
            let is_of_named = matches!(&release.source, Source::Direct(url) if self.named_addresses.contains(&**url));
            if !is_of_named || !source.with_secrets().starts_with("https:") {
                let (name, version, requirement) = (name.clone(), release.version.clone(), Box::new(shown));
                return Err(ResolveError::ForeignAddress { name, version, requirement });
            }
            if self.state.borrow_mut().reported_addresses.insert(source) {
                let message = format!("`{name}` {} requires `{shown}`", release.version);
                self.progress.event(Event::Warning { message: &message });
            }
        }
        Ok(())
    }

    /// True if the request names an extra of a package.
    fn is_requested_extra(&self, name: &PackageName, extra: &ExtraName) -> bool {
        self.request.applicable().any(|requirement| requirement.name == *name && requirement.extras.contains(extra))
    }

    /// Returns true if a requirement belongs to the package itself, or to an extra and not to the package itself.
    fn is_added(&self, requirement: &Requirement, extra: Option<&ExtraName>) -> bool {
        let applies = |extras: &[ExtraName]| requirement.applies(&self.request.markers, extras);
        match extra {
            None => applies(&[]),
            Some(extra) => applies(std::slice::from_ref(extra)) && !applies(&[]),
        }
    }

    fn constraints<'r>(
        &self,
        source: (&Node, &Release),
        requirements: impl IntoIterator<Item = &'r Requirement>,
    ) -> Constraints {
        let (rules, markers) = (&self.request.rules, &self.request.markers);
        let mut constraints = Vec::new();
        for requirement in requirements.into_iter().flat_map(|requirement| rules.replacing(requirement, markers)) {
            let name = &requirement.name;
            let set = match &requirement.origin {
                Origin::Index(specifiers) => self.add_requirement(source, name, specifiers),
                Origin::Url(url) => self.add_direct_reference(&requirement, url)?,
            };
            constraints.push((Node::Package(name.clone()), set.clone()));
            let extra = |extra: &ExtraName| (Node::Extra(name.clone(), extra.clone()), set.clone());
            constraints.extend(requirement.extras.iter().map(extra));
            for specifiers in rules.constraints_on(name, markers) {
                constraints.push((Node::Package(name.clone()), self.add_requirement(source, name, specifiers)));
            }
        }
        Ok(constraints)
    }

    /// Records a requirement. The first one on a package prefetches its page.
    fn add_requirement(
        &self,
        source: (&Node, &Release),
        name: &PackageName,
        specifiers: &VersionSpecifiers,
    ) -> Releases {
        let (set, is_new) = self.state.borrow_mut().package(name).add_requirement(source, specifiers);
        if is_new {
            let prereleases = self.request.rules.prereleases.admits_all_of(name) || mentions_prerelease(specifiers);
            self.prefetch(name, admitted(specifiers), prereleases);
        }
        set
    }

    fn prefetch(&self, name: &PackageName, admitted: Ranges<Version>, prereleases: bool) {
        self.packages.prefetch(name, PrefetchHint { target: Arc::clone(&self.target), admitted, prereleases });
    }

    fn add_direct_reference(&self, requirement: &Requirement, url: &Address) -> Result<Releases, UnavailableReason> {
        let unusable = |reason| UnavailableReason::Direct { requirement: requirement.to_string(), reason };
        let reference = Direct::parse(&requirement.name, url).map_err(unusable)?;
        reference.check(&self.target.tags, &self.machine).map_err(unusable)?;
        let mut state = self.state.borrow_mut();
        if state.package(&requirement.name).add_direct_reference() {
            state.lower_status(SearchStatus::Invalid);
        }
        let digests = reference.file.digests.clone();
        let file = state.direct.entry(reference.file.url.clone()).or_insert(reference.file);
        // The same URL may come with a hash in one requirement and without it in another.
        file.digests = file.digests.take().or(digests);
        Ok(Releases::singleton(reference.release))
    }

    /// Counts the releases whose metadata is requested. Once many releases of a package were tried, more of them are
    /// likely to follow, so these are prefetched.
    fn visit(&self, name: &PackageName, release: &Release) -> Result<(), ResolveError<P::Error>> {
        let visited = self.state.borrow_mut().visit(name, release);
        let tried = visited.map_err(|LimitExceeded { versions, name }| ResolveError::TooMuchWork { versions, name })?;
        let is_due =
            |tried: usize| tried.checked_sub(TRIED_BEFORE_PREFETCH).is_some_and(|more| more.is_multiple_of(PREFETCHED));
        if tried.is_some_and(is_due) {
            let older = self.with_package(name, |package| package.older(&release.version, PREFETCHED, &self.rules()));
            for version in older.unwrap_or_default() {
                self.prefetch(name, Ranges::singleton(version), true);
            }
        }
        Ok(())
    }
}
