//! From a failed search to the error that people see.

use std::error::Error;

use pubgrub::{DefaultStringReporter, External, Reporter};

use super::evidence::Evidence;
use super::sentence::Speaker;
use super::single::single_cause;
use super::summary::summary;
use super::tree::{Fact, Tree, conclusions, facts, shortened};
use crate::resolve::error::ResolveError;
use crate::resolve::provider::Unusable;

/// Conclusions that are told one after the other; a longer proof is summed up.
const MOST_CONCLUSIONS: usize = 12;

/// The error for a search that found nothing.
pub(in crate::resolve) fn explained<E: Error + 'static>(evidence: &Evidence, tree: &Tree) -> ResolveError<E> {
    if let Some(error) = single_cause(evidence) {
        return error;
    }
    let tree = shortened(tree, evidence);
    let facts = facts(&tree);
    let explanation = if conclusions(&tree) > MOST_CONCLUSIONS {
        summary(&facts, evidence)
    } else {
        DefaultStringReporter::report_with_formatter(&tree, &Speaker { evidence })
    };
    if is_about_machine(&facts, evidence) {
        return ResolveError::Unsuitable { machine: evidence.machine.clone(), explanation };
    }
    ResolveError::Conflict { explanation }
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
