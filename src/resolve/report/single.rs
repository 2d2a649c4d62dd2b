//! Failures with one cause: something that was asked for cannot be had at all, whatever else is asked for.

use std::error::Error;

use super::evidence::{Evidence, Stand, Subject, Supply};
use super::sentence::Speaker;
use crate::resolve::error::ResolveError;
use crate::resolve::release::Node;
use crate::resolve::releases::Releases;
use crate::vocab::{Origin, Requirement, Version, admitted};

/// Versions that are named when none matches.
const NAMED: usize = 5;

/// The error for the first requirement that nothing satisfies by itself.
pub(super) fn single_cause<E: Error + 'static>(evidence: &Evidence) -> Option<ResolveError<E>> {
    evidence.asked.iter().find_map(|requirement| unsatisfiable(requirement, evidence))
}

fn unsatisfiable<E: Error + 'static>(requirement: &Requirement, evidence: &Evidence) -> Option<ResolveError<E>> {
    let name = requirement.name.clone();
    let Origin::Index(specifiers) = &requirement.origin else {
        return None;
    };
    let versions = admitted(specifiers);
    if versions.is_empty() {
        return Some(ResolveError::Impossible { requirement: Box::new(requirement.clone()) });
    }
    let subject = evidence.subjects.get(&name)?;
    match &subject.supply {
        Supply::Offered => {}
        Supply::Quarantined { reason } => return Some(ResolveError::Quarantined { name, reason: reason.clone() }),
        Supply::Unasked => return None,
        Supply::Unknown => return Some(ResolveError::UnknownPackage { name }),
    }
    if subject.candidates().any(|version| versions.contains(version)) {
        return None;
    }
    let set = Releases::of(&versions);
    let refused = subject.refused(&set);
    let Some((newest, stand)) = refused.first() else {
        return Some(ResolveError::NoMatchingVersion {
            name,
            requirement: Box::new(requirement.clone()),
            newest: newest_versions(subject),
        });
    };
    let same = |(_, other): &(&Version, &Stand)| std::mem::discriminant(*other) == std::mem::discriminant(*stand);
    if !refused.iter().all(same) {
        return Some(mixed(requirement, &set, evidence, &refused));
    }
    refusal(requirement, newest, stand, evidence)
}

/// Every version that matches is refused for the same reason; the newest is named.
fn refusal<E: Error + 'static>(
    requirement: &Requirement,
    version: &Version,
    stand: &Stand,
    evidence: &Evidence,
) -> Option<ResolveError<E>> {
    let (name, version) = (requirement.name.clone(), version.clone());
    Some(match stand {
        Stand::Candidate | Stand::Prerelease => return None,
        Stand::NoWheel { offered } => {
            ResolveError::NoWheel { name, version, machine: evidence.machine.clone(), offered: offered.clone() }
        }
        Stand::OnlySource => ResolveError::OnlySource { name, version },
        Stand::OtherPython(requires) => {
            ResolveError::OtherPython { name, version, requires: requires.clone(), python: evidence.python.clone() }
        }
        Stand::Yanked { reason } => {
            let requirement = Box::new(requirement.clone());
            ResolveError::OnlyYanked { name, requirement, version, reason: reason.clone() }
        }
    })
}

/// Versions are refused for different reasons.
fn mixed<E: Error + 'static>(
    requirement: &Requirement,
    set: &Releases,
    evidence: &Evidence,
    refused: &[(&Version, &Stand)],
) -> ResolveError<E> {
    let reasons = Speaker { evidence }.absence(&Node::Package(requirement.name.clone()), set);
    let explanation = format!("Because {reasons}, what {} asked for cannot be satisfied.", evidence.asked_by);
    if refused.iter().any(|(_, stand)| stand.is_about_machine()) {
        ResolveError::Unsuitable { machine: evidence.machine.clone(), explanation }
    } else {
        ResolveError::Conflict { explanation }
    }
}

fn newest_versions(subject: &Subject) -> Vec<Version> {
    let candidates: Vec<&Version> = subject.candidates().collect();
    let all: Vec<&Version> = subject.versions.iter().map(|(version, _)| version).collect();
    let named = if candidates.is_empty() { all } else { candidates };
    named.into_iter().rev().take(NAMED).cloned().collect()
}
