//! Failures with a single cause: one requirement of the request cannot be satisfied, whatever the others are.

use std::error::Error;

use super::context::{PackageContext, ReportContext, VersionStatus};
use super::sentence::SentenceFormatter;
use crate::resolve::error::{Explanation, ResolveError};
use crate::resolve::missing_wheel::OtherPython;
use crate::resolve::package_state::IndexEntry;
use crate::resolve::release::Node;
use crate::resolve::releases::Releases;
use crate::vocab::{Origin, Requirement, Version, admitted};

/// Versions that are listed when none matches.
const LISTED: usize = 5;

/// The error for the first requirement that cannot be satisfied by itself.
pub(super) fn find_single_cause<E: Error + 'static>(context: &ReportContext<'_>) -> Option<ResolveError<E>> {
    context.requirements.iter().find_map(|requirement| check_alone(requirement, context))
}

/// The error for a requirement that cannot be satisfied by itself.
fn check_alone<E: Error + 'static>(requirement: &Requirement, context: &ReportContext<'_>) -> Option<ResolveError<E>> {
    let name = requirement.name.clone();
    let Origin::Index(specifiers) = &requirement.origin else {
        return None;
    };
    let versions = admitted(specifiers);
    if versions.is_empty() {
        return Some(ResolveError::Impossible { requirement: Box::new(requirement.clone()) });
    }
    let package = context.packages.get(&name)?;
    match package.entry {
        IndexEntry::Found(_) => {}
        IndexEntry::Quarantined { reason } => return Some(ResolveError::Quarantined { name, reason: reason.clone() }),
        IndexEntry::NotRequested => return None,
        IndexEntry::NotFound => return Some(ResolveError::UnknownPackage { name }),
    }
    if package.usable().any(|version| versions.contains(version)) {
        return None;
    }
    let set = Releases::from_versions(&versions);
    let unusable = package.unusable(&set);
    let Some((newest, status)) = unusable.first() else {
        return Some(ResolveError::NoMatchingVersion {
            name,
            requirement: Box::new(requirement.clone()),
            newest: newest_versions(package),
        });
    };
    if !unusable.iter().all(|(_, other)| other.is_same_kind(status)) {
        return Some(mixed_error(requirement, &set, context, &unusable));
    }
    uniform_error(requirement, newest, status, context)
}

/// The error if no matching version is usable, all for the same reason. It names the newest.
fn uniform_error<E: Error + 'static>(
    requirement: &Requirement,
    version: &Version,
    status: &VersionStatus,
    context: &ReportContext<'_>,
) -> Option<ResolveError<E>> {
    let (name, version) = (requirement.name.clone(), version.clone());
    Some(match status {
        VersionStatus::Prerelease | VersionStatus::Usable => return None,
        VersionStatus::NoWheel { offered, platforms, source_archive } => ResolveError::NoWheel {
            platforms: *platforms,
            name,
            version,
            machine: context.machine.to_owned(),
            offered: offered.clone(),
            source_archive: *source_archive,
        },
        VersionStatus::OnlySource { source_archive } => {
            ResolveError::OnlySource { name, version, source_archive: *source_archive }
        }
        VersionStatus::OtherPython(requires) => {
            ResolveError::OtherPython { name, version, requires: requires.clone(), python: context.python.clone() }
        }
        VersionStatus::TooNew(uploaded) => {
            ResolveError::TooNew { name, requirement: Box::new(requirement.clone()), version, uploaded: *uploaded }
        }
        VersionStatus::Yanked { reason } => {
            let requirement = Box::new(requirement.clone());
            ResolveError::OnlyYanked { name, requirement, version, reason: reason.clone() }
        }
    })
}

/// The error if no matching version is usable, for different reasons.
fn mixed_error<E: Error + 'static>(
    requirement: &Requirement,
    set: &Releases,
    context: &ReportContext<'_>,
    unusable: &[(&Version, &VersionStatus)],
) -> ResolveError<E> {
    let reasons = SentenceFormatter { context }.describe_absence(&Node::Package(requirement.name.clone()), set);
    let text = format!("Because {reasons}, the requirements cannot be satisfied.");
    let explanation = Explanation { text, derivation: None };
    if unusable.iter().any(|(_, status)| status.depends_on_machine()) {
        let lacking = unusable.iter().find_map(|(_, status)| status.lacking(context.machine));
        let lacking = lacking.map(|lacking| (requirement.name.clone(), lacking)).into_iter().collect();
        let other_python = OtherPython::any(unusable.iter().map(|(_, status)| status.other_python()));
        ResolveError::Unsuitable { machine: context.machine.to_owned(), explanation, lacking, other_python }
    } else {
        ResolveError::Conflict { explanation }
    }
}

fn newest_versions(package: &PackageContext<'_>) -> Vec<Version> {
    let usable: Vec<&Version> = package.usable().collect();
    let all = package.versions.iter().map(|(version, _)| *version);
    let listed = if usable.is_empty() { all.collect() } else { usable };
    listed.into_iter().rev().take(LISTED).cloned().collect()
}
