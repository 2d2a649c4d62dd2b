//! Collects from a failed search what explanations are made of.

use super::candidates::{Candidate, Candidates, Compatibility, Incompatibility};
use super::package_state::{IndexEntry, PackageState, SelectionRules};
use super::packages::Packages;
use super::report::{IndexStatus, PackageContext, ReportContext, VersionStatus};
use super::resolver::Resolver;
use crate::vocab::{Tag, WheelName};

impl<P: Packages> Resolver<'_, P> {
    pub(super) fn report_context(&self) -> ReportContext {
        let state = self.state.borrow();
        let packages = state.packages.iter();
        ReportContext {
            asked_by: self.request.asked_by.clone(),
            machine: self.machine.clone(),
            python: self.request.python.clone(),
            requirements: self.request.applicable().cloned().collect(),
            packages: packages.map(|(name, state)| (name.clone(), package_context(state, &self.rules()))).collect(),
        }
    }
}

fn package_context(package: &PackageState, rules: &SelectionRules<'_>) -> PackageContext {
    let index = match &package.entry {
        IndexEntry::Found(_) => IndexStatus::Found,
        IndexEntry::NotFound => IndexStatus::NotFound,
        IndexEntry::NotRequested => IndexStatus::NotRequested,
        IndexEntry::Quarantined { reason } => IndexStatus::Quarantined { reason: reason.clone() },
    };
    let versions = package.candidates().map(|candidates| {
        let status = |candidate: &Candidate| (candidate.version.clone(), status(package, candidates, candidate, rules));
        candidates.versions().iter().rev().map(status).collect()
    });
    PackageContext { index, versions: versions.unwrap_or_default(), snapped_sets: package.snapped_sets() }
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
    match candidates.compatibility(candidate, rules.target) {
        Compatibility::Compatible(_) => VersionStatus::Prerelease,
        Compatibility::Incompatible(Incompatibility::NoWheel) => {
            let wheels = candidates.files(candidate).filter_map(|file| file.name.wheel());
            VersionStatus::NoWheel { offered: Tag::summary(wheels.flat_map(WheelName::tags)) }
        }
        Compatibility::Incompatible(Incompatibility::OnlySource) => VersionStatus::OnlySource,
        Compatibility::Incompatible(Incompatibility::OtherPython(requires)) => {
            VersionStatus::OtherPython(requires.clone())
        }
        Compatibility::Yanked { reason, .. } => VersionStatus::Yanked { reason: reason.clone() },
    }
}
