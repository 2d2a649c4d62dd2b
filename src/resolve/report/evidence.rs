//! What the search learnt about packages, as far as explanations need it.

use std::collections::BTreeMap;

use crate::resolve::release::{Node, Release};
use crate::resolve::releases::Releases;
use crate::vocab::{PackageName, Requirement, Version, VersionSpecifiers};

/// All that an explanation may say.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    /// Who asked: `you`.
    pub(crate) asked_by: String,
    /// The interpreter and machine: `CPython 3.12 on linux x86_64`.
    pub(crate) machine: String,
    pub(crate) python: Version,
    /// What was asked for and applies here.
    pub(crate) asked: Vec<Requirement>,
    pub(crate) subjects: BTreeMap<PackageName, Subject>,
}

/// One package.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) supply: Supply,
    /// All its versions, oldest first.
    pub(crate) versions: Vec<(Version, Stand)>,
    /// Sets that stand for what was asked for, and what that was.
    pub(crate) meanings: Vec<(Releases, Releases)>,
}

/// What the index says of a package.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Supply {
    Offered,
    Quarantined { reason: String },
    Unasked,
    Unknown,
}

/// Whether a version was a candidate, and why not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Stand {
    Candidate,
    /// There are wheels, for these interpreters and platforms.
    NoWheel {
        offered: String,
    },
    OnlySource,
    OtherPython(VersionSpecifiers),
    /// Nobody asked for pre-releases.
    Prerelease,
    Yanked {
        reason: String,
    },
}

impl Stand {
    /// Whether another interpreter or machine might do.
    pub(super) fn is_about_machine(&self) -> bool {
        matches!(self, Self::NoWheel { .. } | Self::OnlySource | Self::OtherPython(_))
    }
}

impl Evidence {
    /// What a set means: what was asked for, where the set stands for that.
    pub(super) fn meaning<'s>(&'s self, node: &Node, set: &'s Releases) -> &'s Releases {
        let meanings = self.subject(node).map(|subject| &subject.meanings[..]).unwrap_or_default();
        meanings.iter().find(|(snapped, _)| snapped == set).map_or(set, |(_, meant)| meant)
    }

    /// What is known of a package or of the package of an extra.
    pub(super) fn subject(&self, node: &Node) -> Option<&Subject> {
        self.subjects.get(node.package()?)
    }
}

impl Subject {
    /// The candidates, oldest first.
    pub(super) fn candidates(&self) -> impl Iterator<Item = &Version> {
        self.versions.iter().filter(|(_, stand)| *stand == Stand::Candidate).map(|(version, _)| version)
    }

    /// The versions in a set that are no candidates, newest first.
    pub(super) fn refused<'s>(&'s self, set: &Releases) -> Vec<(&'s Version, &'s Stand)> {
        let inside = |version: &Version| set.contains(&Release::of_index(version));
        let versions = self.versions.iter().rev().filter(|(version, _)| inside(version));
        versions.filter(|(_, stand)| *stand != Stand::Candidate).map(|(version, stand)| (version, stand)).collect()
    }
}
