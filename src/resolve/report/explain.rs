//! From a failed search to the error that people see.

use std::collections::BTreeSet;
use std::error::Error;

use pubgrub::{DefaultStringReporter, External, Reporter};

use super::evidence::Evidence;
use super::merge::merged;
use super::sentence::Speaker;
use super::single::single_cause;
use super::summary::summary;
use super::tree::{Fact, Tree, conclusions, facts, shortened};
use crate::resolve::error::ResolveError;
use crate::resolve::needs::Unusable;
use crate::resolve::release::{Node, Release};
use crate::resolve::releases::Releases;
use crate::vocab::PackageName;

/// Conclusions that are told one after the other; a longer proof is summed up.
const MOST_CONCLUSIONS: usize = 12;

/// Notes about versions that were not considered.
const MOST_NOTES: usize = 3;

/// Conclusions of a proof that is tried to be made short enough.
const MOST_MERGED: usize = 200;

/// The error for a search that found nothing.
pub(in crate::resolve) fn explained<E: Error + 'static>(evidence: &Evidence, tree: &Tree) -> ResolveError<E> {
    if let Some(error) = single_cause(evidence) {
        return error;
    }
    let tree = shortened(tree, evidence);
    let facts = facts(&tree);
    let explanation = proof(&tree, evidence).unwrap_or_else(|| summary(&facts, evidence));
    let explanation = [explanation].into_iter().chain(notes(&facts, evidence)).collect::<Vec<_>>().join("\n");
    if is_about_machine(&facts, evidence) {
        return ResolveError::Unsuitable { machine: evidence.machine.clone(), explanation };
    }
    ResolveError::Conflict { explanation }
}

/// The whole proof, if people can follow it.
fn proof(tree: &Tree, evidence: &Evidence) -> Option<String> {
    if conclusions(tree) > MOST_MERGED {
        return None;
    }
    let speaker = Speaker { evidence };
    let tree = merged(tree, &speaker);
    if let Tree::External(fact) = &tree {
        return Some(format!(
            "Because {}, what {} asked for cannot be satisfied.",
            speaker.fact(fact),
            evidence.asked_by
        ));
    }
    let is_short = conclusions(&tree) <= MOST_CONCLUSIONS;
    is_short.then(|| DefaultStringReporter::report_with_formatter(&tree, &speaker))
}

/// Versions that are newer than all that were considered, which people will ask about.
fn notes(facts: &[&Fact], evidence: &Evidence) -> Vec<String> {
    let speaker = Speaker { evidence };
    let names = facts.iter().flat_map(|fact| match fact {
        External::FromDependencyOf(node, _, needed, _) => vec![node, needed],
        External::Custom(node, ..) | External::NotRoot(node, _) => vec![node],
        // Why these are refused is part of the explanation.
        External::NoVersions(..) => Vec::new(),
    });
    let names: BTreeSet<&PackageName> = names.filter_map(Node::package).collect();
    let note = |name: &PackageName| {
        let subject = evidence.subjects.get(name)?;
        let newest = subject.candidates().last()?;
        let newer = subject.refused(&Releases::above(Release::of_index(newest)));
        let newer: Vec<_> = newer.into_iter().filter(|(_, stand)| stand.is_about_machine()).collect();
        (!newer.is_empty()).then(|| format!("Not considered: {}.", speaker.refusals(name.as_str(), &newer)))
    };
    names.into_iter().filter_map(note).take(MOST_NOTES).collect()
}

/// Whether nothing is in the way but this interpreter and machine.
fn is_about_machine(facts: &[&Fact], evidence: &Evidence) -> bool {
    let mut causes = facts.iter().filter_map(|fact| match fact {
        External::NoVersions(node, set) => {
            let refused = evidence.subject(node).map(|subject| subject.refused(set)).unwrap_or_default();
            Some(refused.iter().any(|(_, stand)| stand.is_about_machine()))
        }
        External::Custom(_, _, unusable) => Some(matches!(unusable, Unusable::OtherPython(_))),
        External::FromDependencyOf(..) | External::NotRoot(..) => None,
    });
    let Some(first) = causes.next() else {
        return false;
    };
    first && causes.all(|cause| cause)
}
