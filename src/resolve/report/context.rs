//! The findings of a failed search, as far as explanations need them.

use std::collections::BTreeMap;
use std::mem::discriminant;

use crate::platform::WheelPlatforms;
use crate::resolve::candidates::{Candidate, Candidates, Compatibility, Incompatibility};
use crate::resolve::missing_wheel::{Lacking, MissingWheel, OtherPython, SourceArchive};
use crate::resolve::package_state::{IndexEntry, PackageState, SelectionRules};
use crate::resolve::packages::Packages;
use crate::resolve::release::{Node, Release};
use crate::resolve::releases::Releases;
use crate::resolve::resolver::Resolver;
use crate::resolve::state::ResolverState;
use crate::vocab::{PackageName, Requirement, Tag, Timestamp, Version, VersionSpecifiers, WheelName};

/// Everything that an explanation may mention.
#[derive(Debug)]
pub(in crate::resolve) struct ReportContext<'a> {
    /// The requester: `you`.
    pub(super) asked_by: &'a str,
    /// The interpreter and machine: `CPython 3.12 on linux x86_64`.
    pub(super) machine: &'a str,
    pub(super) python: &'a Version,
    /// The applicable requirements of the request.
    pub(super) requirements: Vec<&'a Requirement>,
    /// Those that hold wherever their packages are required.
    pub(super) constraints: &'a [Requirement],
    pub(super) packages: BTreeMap<&'a PackageName, PackageContext<'a>>,
}

#[derive(Debug)]
pub(super) struct PackageContext<'a> {
    pub(super) entry: &'a IndexEntry,
    /// All versions, oldest first.
    pub(super) versions: Vec<(&'a Version, VersionStatus)>,
    /// Each snapped set with the set that its requirement admits.
    pub(super) snapped_sets: Vec<(Releases, Releases)>,
}

/// Usable, or the reason why a version is not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum VersionStatus {
    /// There are wheels, for these interpreters and platforms.
    NoWheel {
        offered: String,
        platforms: WheelPlatforms,
        source_archive: SourceArchive,
    },
    OnlySource {
        source_archive: SourceArchive,
    },
    OtherPython(VersionSpecifiers),
    /// No requirement allows pre-releases.
    Prerelease,
    /// It was uploaded after the limit, at this time.
    TooNew(Timestamp),
    Usable,
    Yanked {
        reason: String,
    },
}

impl VersionStatus {
    /// Returns true if the version may be usable with another interpreter or on another machine.
    pub(super) fn depends_on_machine(&self) -> bool {
        matches!(self, Self::NoWheel { .. } | Self::OnlySource { .. } | Self::OtherPython(_))
    }

    /// The prospect of the version with another Python.
    pub(super) fn other_python(&self) -> OtherPython {
        match self {
            Self::NoWheel { platforms: WheelPlatforms::This, .. } | Self::OtherPython(_) => OtherPython::MayHelp,
            Self::NoWheel { platforms: WheelPlatforms::Other, .. }
            | Self::OnlySource { .. }
            | Self::Prerelease
            | Self::TooNew(_)
            | Self::Usable
            | Self::Yanked { .. } => OtherPython::DoesNotHelp,
        }
    }

    /// The lack of a wheel, if that is the reason.
    pub(super) fn lacking(&self, machine: &str) -> Option<Lacking> {
        let (missing, source_archive) = match self {
            Self::NoWheel { offered, source_archive, .. } => {
                let (machine, offered) = (machine.to_owned(), offered.clone());
                (MissingWheel::OtherMachines { machine, offered }, *source_archive)
            }
            Self::OnlySource { source_archive } => (MissingWheel::SourceOnly, *source_archive),
            Self::OtherPython(_) | Self::Prerelease | Self::TooNew(_) | Self::Usable | Self::Yanked { .. } => {
                return None;
            }
        };
        Some(Lacking { missing, source_archive, other_python: self.other_python() })
    }

    /// Returns true if the person may not expect that the version is left out.
    pub(super) fn is_surprising(&self) -> bool {
        self.depends_on_machine() || matches!(self, Self::TooNew(_))
    }

    pub(super) fn is_same_kind(&self, other: &Self) -> bool {
        discriminant(self) == discriminant(other)
    }
}

impl<'a> ReportContext<'a> {
    pub(in crate::resolve) fn new<P: Packages>(resolver: &'a Resolver<'_, P>, state: &'a ResolverState) -> Self {
        let rules = |name: &PackageName| {
            if state.strict.contains(name) { resolver.rules_of_decisions(state) } else { resolver.rules() }
        };
        let packages = state.packages.iter();
        Self {
            asked_by: &resolver.request.asked_by,
            machine: &resolver.machine,
            python: &resolver.request.python,
            requirements: resolver.request.applicable().collect(),
            constraints: &resolver.request.rules.constraints,
            packages: packages.map(|(name, state)| (name, PackageContext::new(state, &rules(name)))).collect(),
        }
    }

    /// The set that a requirement admits, for a snapped set; other sets stay as they are.
    pub(super) fn unsnapped<'s>(&'s self, node: &Node, set: &'s Releases) -> &'s Releases {
        let sets = self.package(node).map(|package| &package.snapped_sets[..]).unwrap_or_default();
        sets.iter().find(|(snapped, _)| snapped == set).map_or(set, |(_, unsnapped)| unsnapped)
    }

    /// The findings about a package, or about the package of an extra.
    pub(super) fn package(&self, node: &Node) -> Option<&PackageContext<'a>> {
        self.packages.get(node.package()?)
    }
}

impl<'a> PackageContext<'a> {
    fn new(package: &'a PackageState, rules: &SelectionRules<'_>) -> Self {
        let versions = package.candidates().map(|candidates| {
            let status = |candidate: &'a Candidate| (&candidate.version, status(package, candidates, candidate, rules));
            candidates.versions().iter().rev().map(status).collect()
        });
        Self { entry: &package.entry, versions: versions.unwrap_or_default(), snapped_sets: package.snapped_sets() }
    }

    /// The usable versions, oldest first.
    pub(super) fn usable(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().filter(|(_, status)| *status == VersionStatus::Usable).map(|(version, _)| *version)
    }

    /// The versions in a set that are not usable, newest first.
    pub(super) fn unusable<'s>(&'s self, set: &Releases) -> Vec<(&'s Version, &'s VersionStatus)> {
        let inside = |version: &Version| set.contains(&Release::from_index(version));
        let versions = self.versions.iter().rev().filter(|(version, _)| inside(version));
        let unusable = versions.filter(|(_, status)| *status != VersionStatus::Usable);
        unusable.map(|(version, status)| (*version, status)).collect()
    }
}

fn status(
    package: &PackageState,
    candidates: &Candidates,
    candidate: &Candidate,
    rules: &SelectionRules<'_>,
) -> VersionStatus {
    if package.usable_file(&candidate.version, rules).is_some() {
        return VersionStatus::Usable;
    }
    let source_archive = candidates.source_archive(candidate, rules.target);
    match candidates.compatibility(candidate, rules.target) {
        Compatibility::Compatible(_) => VersionStatus::Prerelease,
        Compatibility::Incompatible(Incompatibility::NoWheel) => {
            let wheels = candidates.files(candidate).filter_map(|file| file.name.wheel());
            let tags: Vec<Tag> = wheels.flat_map(WheelName::tags).collect();
            let platforms = rules.target.tags.platforms_of(tags.iter().cloned());
            VersionStatus::NoWheel { offered: Tag::summary(tags), platforms, source_archive }
        }
        Compatibility::Incompatible(Incompatibility::OnlySource) => VersionStatus::OnlySource { source_archive },
        Compatibility::Incompatible(Incompatibility::OtherPython(requires)) => {
            VersionStatus::OtherPython(requires.clone())
        }
        Compatibility::Incompatible(Incompatibility::TooNew(uploaded)) => VersionStatus::TooNew(*uploaded),
        Compatibility::Yanked { reason, .. } => VersionStatus::Yanked { reason: reason.clone() },
    }
}
