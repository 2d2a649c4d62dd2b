//! What a release needs, in PubGrub's form.

use std::fmt;
use std::sync::Arc;

use pubgrub::VersionSet;
use version_ranges::Ranges;

use super::direct::Direct;
use super::error::{InvalidDirectReference, ResolveError};
use super::known::{Exhausted, State};
use super::packages::{Likely, Packages};
use super::provider::Provider;
use super::release::{Node, Release};
use super::releases::Releases;
use super::wishes::Prereleases;
use crate::vocab::{ExtraName, Origin, PackageName, Requirement, VersionSpecifiers, admitted, mentions_prerelease};

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
pub(super) type Needs = Result<Vec<(Node, Releases)>, Unusable>;

/// Releases of a package that are tried one by one before older ones are asked for ahead, and how many then.
const MANY: usize = 4;
const AHEAD: usize = 12;

impl<P: Packages> Provider<'_, P> {
    /// The requirements of a release that apply.
    pub(super) fn needs(&self, node: &Node, release: &Release) -> Result<Needs, ResolveError<P::Error>> {
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
            constraints.push((Node::Package(name.clone()), Releases::singleton(release.clone())));
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

    fn constraints<'r>(&self, requirements: impl IntoIterator<Item = &'r Requirement>) -> Needs {
        let mut constraints = Vec::new();
        for requirement in requirements {
            let name = &requirement.name;
            let set = match &requirement.origin {
                Origin::Index(specifiers) => self.meet(name, specifiers),
                Origin::Url(url) => self.meet_direct(requirement, url)?,
            };
            constraints.push((Node::Package(name.clone()), set.clone()));
            let extra = |extra: &ExtraName| (Node::Extra(name.clone(), extra.clone()), set.clone());
            constraints.extend(requirement.extras.iter().map(extra));
        }
        Ok(constraints)
    }

    /// Takes note of a requirement. This is when a page is asked for ahead.
    fn meet(&self, name: &PackageName, specifiers: &VersionSpecifiers) -> Releases {
        let (set, is_new) = self.known.borrow_mut().shelf(name).ask(specifiers);
        if is_new {
            let prereleases = self.wishes.prereleases == Prereleases::Allow || mentions_prerelease(specifiers);
            let (facts, admitted) = (Arc::clone(&self.facts), admitted(specifiers));
            self.packages.prefetch(name, Likely { facts, admitted, prereleases });
        }
        set
    }

    fn meet_direct(&self, requirement: &Requirement, url: &str) -> Result<Releases, Unusable> {
        let unusable = |reason| Unusable::Direct { requirement: requirement.to_string(), reason };
        let reference = Direct::parse(&requirement.name, url).map_err(unusable)?;
        reference.check(&self.facts.tags, &self.machine).map_err(unusable)?;
        let mut known = self.known.borrow_mut();
        if known.shelf(&requirement.name).ask_direct() {
            known.worsen(State::Wrong);
        }
        let digests = reference.file.digests.clone();
        let file = known.direct.entry(reference.file.url.clone()).or_insert(reference.file);
        // The same address may come with its hash in one requirement and without it in another.
        file.digests = file.digests.take().or(digests);
        Ok(Releases::singleton(reference.release))
    }

    /// Counts releases that are looked at. A package of which many were tried will have to show more of them: those
    /// are asked for ahead.
    fn count(&self, name: &PackageName, release: &Release) -> Result<(), ResolveError<P::Error>> {
        let looked_at = self.known.borrow_mut().look_at(name, release);
        let tried = looked_at.map_err(|Exhausted { versions, name }| ResolveError::TooMuchWork { versions, name })?;
        if tried.is_some_and(|tried| tried >= MANY && tried % AHEAD == MANY % AHEAD) {
            let older = self.with_shelf(name, |shelf| shelf.older(&release.version, AHEAD, &self.rules()));
            for version in older.unwrap_or_default() {
                let (facts, admitted) = (Arc::clone(&self.facts), Ranges::singleton(version));
                self.packages.prefetch(name, Likely { facts, admitted, prereleases: true });
            }
        }
        Ok(())
    }
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
