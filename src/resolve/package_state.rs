//! Everything that a resolution knows of one package: its index entry, and the requirements on it so far.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use version_ranges::Ranges;

use super::allowed_builds::SdistUse;
use super::candidates::{Candidate, Candidates, Compatibility};
use super::decisions::Decisions;
use super::packages::TargetPython;
use super::release::{Node, Release};
use super::releases::Releases;
use super::version_rules::Prereleases;
use crate::index::Page;
use crate::vocab::{PackageName, Version, VersionSpecifiers, admitted, mentions_prerelease, pins_exactly};

#[derive(Debug)]
pub(super) struct PackageState {
    name: PackageName,
    /// The number of packages that were known before this one.
    pub(super) order: usize,
    pub(super) entry: IndexEntry,
    requirements: Vec<KnownRequirement>,
    /// A direct reference names a wheel of the package.
    is_direct: bool,
    /// The sets of this search are snapped to the versions of the index.
    is_snapped: bool,
}

/// The answer of the index for a package.
#[derive(Debug)]
pub(super) enum IndexEntry {
    Found(Candidates),
    NotFound,
    NotRequested,
    Quarantined { reason: String },
}

/// The specifiers of a requirement, with properties derived from them.
#[derive(Debug)]
struct KnownRequirement {
    /// The releases that have it.
    sources: BTreeMap<Node, BTreeSet<Release>>,
    specifiers: VersionSpecifiers,
    versions: Ranges<Version>,
    set: Releases,
    snapped: OnceCell<Releases>,
    mentions_prerelease: bool,
    pins_exactly: bool,
    /// A compatible final release satisfies the requirement.
    has_final: OnceCell<bool>,
}

/// The rules that make a version usable, besides the requirements on its package.
#[derive(Clone, Copy, Debug)]
pub(super) struct SelectionRules<'a> {
    pub(super) target: &'a TargetPython,
    pub(super) prereleases: &'a Prereleases,
    /// The releases whose requirements count; all if there is no search.
    pub(super) decisions: Option<&'a Decisions>,
}

impl PackageState {
    pub(super) fn new(name: PackageName, order: usize) -> Self {
        Self {
            name,
            order,
            entry: IndexEntry::NotRequested,
            requirements: Vec::new(),
            is_direct: false,
            is_snapped: false,
        }
    }

    /// Records the answer of the index, of whose files those at some positions are too new.
    pub(super) fn set_page(&mut self, page: Option<Arc<Page>>, too_new: BTreeSet<usize>, sdist_use: SdistUse) {
        self.entry = match page {
            None => IndexEntry::NotFound,
            Some(page) => match &page.quarantined {
                Some(reason) => IndexEntry::Quarantined { reason: reason.clone() },
                None => IndexEntry::Found(Candidates::new(page, too_new, sdist_use)),
            },
        };
    }

    /// Records a requirement of a release, which may admit pre-releases or a yanked version. Returns the set that it
    /// admits, and true if the requirement is new.
    pub(super) fn add_requirement(
        &mut self,
        (node, release): (&Node, &Release),
        specifiers: &VersionSpecifiers,
    ) -> (Releases, bool) {
        let known = self.requirements.iter().position(|requirement| requirement.specifiers == *specifiers);
        let position = known.unwrap_or_else(|| {
            self.requirements.push(KnownRequirement::new(specifiers));
            self.requirements.len() - 1
        });
        self.requirements[position].sources.entry(node.clone()).or_default().insert(release.clone());
        let requirement = &self.requirements[position];
        let snapped = self.candidates().filter(|_| self.is_snapped).map(|candidates| requirement.snapped(candidates));
        (snapped.unwrap_or(&requirement.set).clone(), known.is_none())
    }

    /// Records a direct reference. Returns true if the search has become invalid: in snapped sets, each version also
    /// represents the direct references between it and the next one.
    pub(super) fn add_direct_reference(&mut self) -> bool {
        self.is_direct = true;
        self.is_snapped
    }

    /// Prepares for a new search.
    pub(super) fn restart(&mut self) {
        self.is_snapped = self.candidates().is_some() && !self.is_direct;
    }

    /// Each snapped set of this search with the set that the requirement admits.
    pub(super) fn snapped_sets(&self) -> Vec<(Releases, Releases)> {
        let sets = |requirement: &KnownRequirement| Some((requirement.snapped.get()?.clone(), requirement.set.clone()));
        self.requirements.iter().filter(|_| self.is_snapped).filter_map(sets).collect()
    }

    /// The newest usable release in a set. Versions and segments are walked side by side: a set may have many.
    pub(super) fn choose(&self, releases: &Releases, rules: &SelectionRules<'_>) -> Option<Release> {
        let versions = self.candidates()?.versions();
        let all = versions.iter().rev().map(|candidate| Release::from_index(&candidate.version));
        let inside: Vec<bool> = releases.contains_many(all).collect();
        let mut positions = (0..versions.len()).filter(|position| inside[versions.len() - 1 - position]);
        let position = positions.find(|position| self.usable_file(&versions[*position].version, rules).is_some())?;
        let newer = position.checked_sub(1).map(|newer| &versions[newer].version);
        let release = Release::from_index(&versions[position].version);
        Some(if self.is_snapped { release.until(newer) } else { release })
    }

    /// True if all requirements that count admit a version, and pre-releases if it is one.
    pub(super) fn is_admitted(&self, version: &Version, rules: &SelectionRules<'_>) -> bool {
        let is_final = !version.any_prerelease() || rules.prereleases.admits_all_of(&self.name);
        let mut counting = self.requirements.iter().filter(|requirement| requirement.counts(rules)).peekable();
        let mentions_prerelease = self.requirements.iter().any(|one| one.mentions_prerelease && one.counts(rules));
        counting.peek().is_some()
            && (is_final || mentions_prerelease)
            && counting.all(|requirement| requirement.versions.contains(version))
    }

    /// The next usable versions of the index below a version.
    pub(super) fn older(&self, version: &Version, count: usize, rules: &SelectionRules<'_>) -> Vec<Version> {
        let candidates = self.candidates().map_or(&[][..], Candidates::versions);
        let versions = candidates.iter().map(|candidate: &Candidate| &candidate.version);
        let older = versions.filter(|other| *other < version && self.usable_file(other, rules).is_some());
        older.take(count).cloned().collect()
    }

    pub(super) fn candidates(&self) -> Option<&Candidates> {
        match &self.entry {
            IndexEntry::Found(candidates) => Some(candidates),
            IndexEntry::NotFound | IndexEntry::NotRequested | IndexEntry::Quarantined { .. } => None,
        }
    }

    /// The wheel of a version, as an index into the files of the page, if the requirements so far allow the version.
    pub(super) fn usable_file(&self, version: &Version, rules: &SelectionRules<'_>) -> Option<usize> {
        let candidates = self.candidates()?;
        let file = match candidates.compatibility(candidates.find(version)?, rules.target) {
            Compatibility::Compatible(file) => *file,
            Compatibility::Incompatible(_) => return None,
            Compatibility::Yanked { file, .. } => {
                let pins = |requirement: &KnownRequirement| {
                    requirement.pins_exactly && requirement.versions.contains(version) && requirement.counts(rules)
                };
                self.requirements.iter().any(pins).then_some(*file)?
            }
        };
        if !version.any_prerelease() || rules.prereleases.admits_all_of(&self.name) {
            return Some(file);
        }
        let allows = |requirement: &KnownRequirement| {
            requirement.versions.contains(version)
                && (requirement.mentions_prerelease || !requirement.has_final(candidates, rules))
                && requirement.counts(rules)
        };
        self.requirements.iter().any(allows).then_some(file)
    }
}

impl KnownRequirement {
    fn new(specifiers: &VersionSpecifiers) -> Self {
        let versions = admitted(specifiers);
        Self {
            sources: BTreeMap::new(),
            specifiers: specifiers.clone(),
            set: Releases::from_versions(&versions),
            versions,
            snapped: OnceCell::new(),
            mentions_prerelease: mentions_prerelease(specifiers),
            pins_exactly: pins_exactly(specifiers),
            has_final: OnceCell::new(),
        }
    }

    fn snapped(&self, candidates: &Candidates) -> &Releases {
        self.snapped.get_or_init(|| {
            let versions: Vec<&Version> =
                candidates.versions().iter().rev().map(|candidate| &candidate.version).collect();
            Releases::snapped(&self.versions, &versions)
        })
    }

    /// True if the current search has decided for a release that has the requirement.
    fn counts(&self, rules: &SelectionRules<'_>) -> bool {
        let Some(decisions) = rules.decisions else { return true };
        self.sources
            .iter()
            .any(|(node, releases)| decisions.get(node).is_some_and(|release| releases.contains(release)))
    }

    fn has_final(&self, candidates: &Candidates, rules: &SelectionRules<'_>) -> bool {
        *self.has_final.get_or_init(|| {
            let finals = candidates.versions().iter().filter(|candidate| !candidate.version.any_prerelease());
            finals.filter(|candidate| self.versions.contains(&candidate.version)).any(|candidate| {
                matches!(candidates.compatibility(candidate, rules.target), Compatibility::Compatible(_))
            })
        })
    }
}
