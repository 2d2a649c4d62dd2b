//! The builds of PyTorch's packages that a resolution may use: at most one of each version.

use std::collections::{BTreeMap, BTreeSet};

use crate::accelerator::Label;
use crate::pytorch::{ReleaseBuilds, Releases, label_of};
use crate::vocab::Version;

/// The builds that a resolution may use.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::app::environment) struct Selection {
    /// Those of `torch`, by release.
    releases: BTreeMap<(u64, u64), BuildSource>,
    /// That of versions of `torch` whose release is not among these, if they may be used.
    others: Option<BuildSource>,
    /// That of packages with code for the accelerator that `torch` uses.
    pub companions: BuildSource,
}

/// The source of a build.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(in crate::app::environment) enum BuildSource {
    /// The configured indexes, where versions have no label.
    Configured,
    /// The index of a label, or files of the configured indexes with that label.
    Label(Label),
}

impl Selection {
    /// The builds for one label, whatever is known of the releases.
    pub(super) fn of_label(label: Label, builds: &[ReleaseBuilds]) -> Self {
        let source = |builds: &ReleaseBuilds| (builds.release, BuildSource::of(label, builds));
        let releases: BTreeMap<_, _> = builds.iter().map(source).collect();
        // Where no release has more than one kind of build, as on macOS, older ones had not either.
        let oldest = releases.values().next().copied();
        let others = oldest.filter(|_| label == Label::Cpu || label == Label::Mps).unwrap_or(BuildSource::Label(label));
        let companions = releases.values().next_back().copied().unwrap_or(others);
        Self { releases, others: Some(others), companions }
    }

    /// One build for each of some releases, by label; other versions may not be used. The first is that of the newest.
    pub(super) fn of_releases(chosen: &[(Label, &ReleaseBuilds)]) -> Option<Self> {
        let (label, newest) = chosen.first()?;
        let source = |(label, builds): &(Label, &ReleaseBuilds)| (builds.release, BuildSource::of(*label, builds));
        let releases = chosen.iter().map(source).collect();
        Some(Self { releases, others: None, companions: BuildSource::of(*label, newest) })
    }

    /// The same, but other versions may be used as the configured indexes have them.
    pub(super) fn or_configured(mut self) -> Self {
        self.others = Some(BuildSource::Configured);
        self
    }

    /// The same with another build of the packages beside `torch`.
    pub(super) fn with_companions(&self, companions: BuildSource) -> Self {
        Self { companions, ..self.clone() }
    }

    /// The build of a version of `torch`, if it may be used.
    pub(super) fn of_torch(&self, version: &Version) -> Option<BuildSource> {
        let release = Releases::known().release_of(version);
        release.and_then(|release| self.releases.get(&release).copied()).or(self.others)
    }

    /// True if a version of `torch` has a build that was chosen for its release.
    pub(super) fn has_build_of_torch(&self, version: &Version) -> bool {
        let release = Releases::known().release_of(version);
        release.is_some_and(|release| self.releases.contains_key(&release))
    }

    /// The labels whose indexes may have builds of `torch` to use.
    pub(super) fn labels_of_torch(&self) -> BTreeSet<Label> {
        self.releases.values().chain(&self.others).filter_map(|source| source.label()).collect()
    }
}

impl BuildSource {
    /// The source of the build with a label.
    pub(super) fn of(label: Label, builds: &ReleaseBuilds) -> Self {
        // On macOS, one build serves CPU and GPU.
        let is_on_pypi = builds.on_pypi == label || builds.on_pypi == Label::Mps && label == Label::Cpu;
        if is_on_pypi { Self::Configured } else { Self::Label(label) }
    }

    pub(super) fn label(self) -> Option<Label> {
        match self {
            Self::Configured => None,
            Self::Label(label) => Some(label),
        }
    }

    /// True if a file with a version is such a build.
    pub(super) fn has(self, version: &Version) -> bool {
        match self {
            Self::Configured => !version.is_local(),
            Self::Label(label) => label_of(version) == Some(label),
        }
    }
}
