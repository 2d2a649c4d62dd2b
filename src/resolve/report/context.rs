//! The findings of a failed search, as far as explanations need them.

use std::collections::BTreeMap;
use std::mem::discriminant;

use crate::resolve::release::{Node, Release};
use crate::resolve::releases::Releases;
use crate::vocab::{PackageName, Requirement, Version, VersionSpecifiers};

/// Everything that an explanation may mention.
#[derive(Clone, Debug)]
pub(crate) struct ReportContext {
    /// The requester: `you`.
    pub(crate) asked_by: String,
    /// The interpreter and machine: `CPython 3.12 on linux x86_64`.
    pub(crate) machine: String,
    pub(crate) python: Version,
    /// The applicable requirements of the request.
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) packages: BTreeMap<PackageName, PackageContext>,
}

#[derive(Clone, Debug)]
pub(crate) struct PackageContext {
    pub(crate) index: IndexStatus,
    /// All versions, oldest first.
    pub(crate) versions: Vec<(Version, VersionStatus)>,
    /// Each snapped set with the set that its requirement admits.
    pub(crate) snapped_sets: Vec<(Releases, Releases)>,
}

/// The answer of the index for a package.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum IndexStatus {
    Found,
    NotFound,
    NotRequested,
    Quarantined { reason: String },
}

/// Usable, or the reason why a version is not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum VersionStatus {
    /// There are wheels, for these interpreters and platforms.
    NoWheel {
        offered: String,
    },
    OnlySource,
    OtherPython(VersionSpecifiers),
    /// No requirement allows pre-releases.
    Prerelease,
    Usable,
    Yanked {
        reason: String,
    },
}

impl VersionStatus {
    /// Returns true if the version may be usable with another interpreter or on another machine.
    pub(super) fn depends_on_machine(&self) -> bool {
        matches!(self, Self::NoWheel { .. } | Self::OnlySource | Self::OtherPython(_))
    }

    pub(super) fn is_same_kind(&self, other: &Self) -> bool {
        discriminant(self) == discriminant(other)
    }
}

impl ReportContext {
    /// The set that a requirement admits, for a snapped set; other sets stay as they are.
    pub(super) fn unsnapped<'s>(&'s self, node: &Node, set: &'s Releases) -> &'s Releases {
        let sets = self.package(node).map(|package| &package.snapped_sets[..]).unwrap_or_default();
        sets.iter().find(|(snapped, _)| snapped == set).map_or(set, |(_, unsnapped)| unsnapped)
    }

    /// The findings about a package, or about the package of an extra.
    pub(super) fn package(&self, node: &Node) -> Option<&PackageContext> {
        self.packages.get(node.package()?)
    }
}

impl PackageContext {
    /// The usable versions, oldest first.
    pub(super) fn usable(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().filter(|(_, status)| *status == VersionStatus::Usable).map(|(version, _)| version)
    }

    /// The versions in a set that are not usable, newest first.
    pub(super) fn unusable<'s>(&'s self, set: &Releases) -> Vec<(&'s Version, &'s VersionStatus)> {
        let inside = |version: &Version| set.contains(&Release::from_index(version));
        let versions = self.versions.iter().rev().filter(|(version, _)| inside(version));
        let unusable = versions.filter(|(_, status)| *status != VersionStatus::Usable);
        unusable.map(|(version, status)| (version, status)).collect()
    }
}
