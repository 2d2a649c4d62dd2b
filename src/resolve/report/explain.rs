//! Turns a failed search into the error that users see.

use std::collections::BTreeSet;
use std::error::Error;

use pubgrub::{DefaultStringReporter, Reporter};

use super::context::ReportContext;
use super::merge::merge;
use super::sentence::SentenceFormatter;
use super::single::find_single_cause;
use super::summary::{goes_through_versions, summarize};
use super::tree::{DerivationTree, External, collect_external, count_conclusions, shorten};
use crate::resolve::error::{Explanation, ResolveError};
use crate::resolve::missing_wheel::{LackingPackages, OtherPython};
use crate::resolve::release::{Node, Release};
use crate::resolve::releases::Releases;
use crate::resolve::unavailable::UnavailableReason;
use crate::vocab::PackageName;

/// Lines of an explanation. The whole derivation is for those who ask for it.
const MAX_LINES: usize = 5;

/// Lines of a derivation that is too long to be merged into sentences.
const MAX_DERIVATION: usize = 100;

/// Notes about versions that were not considered.
const MAX_NOTES: usize = 3;

/// Conclusions of the longest proof that is merged, in case that makes it short enough.
const MAX_MERGED: usize = 200;

/// The error for a search without a solution.
pub(in crate::resolve) fn explain<E: Error + 'static>(
    context: &ReportContext<'_>,
    tree: &DerivationTree,
) -> ResolveError<E> {
    if let Some(error) = find_single_cause(context) {
        return error;
    }
    let tree = shorten(tree, context);
    let external = collect_external(&tree);
    let notes = notes(&external, context);
    let room = MAX_LINES.saturating_sub(notes.len());
    let whole = proof(&tree, context);
    let short = match &whole {
        Some(whole) if whole.lines().count() <= room && !goes_through_versions(&external) => whole.clone(),
        Some(_) | None => summarize(&external, context, room),
    };
    let whole = whole.unwrap_or_else(|| summarize(&external, context, MAX_DERIVATION));
    let derivation = (whole != short).then_some(whole);
    let text = [short].into_iter().chain(notes).collect::<Vec<_>>().join("\n");
    let explanation = Explanation { text, derivation };
    if depends_on_machine(&external, context) {
        let (machine, lacking) = (context.machine.to_owned(), lacking(&external, context));
        let other_python = other_python(&external, context);
        return ResolveError::Unsuitable { machine, explanation, lacking, other_python };
    }
    ResolveError::Conflict { explanation }
}

/// The whole proof, if it is short enough to be merged into sentences.
fn proof(tree: &DerivationTree, context: &ReportContext<'_>) -> Option<String> {
    if count_conclusions(tree) > MAX_MERGED {
        return None;
    }
    let formatter = SentenceFormatter { context };
    let tree = merge(tree, &formatter);
    if let DerivationTree::External(external) = &tree {
        return Some(format!("Because {}, the requirements cannot be satisfied.", formatter.external(external)));
    }
    Some(DefaultStringReporter::report_with_formatter(&tree, &formatter))
}

/// The versions that are newer than all usable ones, which users may miss, and the constraints on the packages.
fn notes(external: &[&External], context: &ReportContext<'_>) -> Vec<String> {
    let formatter = SentenceFormatter { context };
    let names = external.iter().flat_map(|external| match external {
        External::FromDependencyOf(node, _, needed, _) => vec![node, needed],
        External::Custom(node, ..) | External::NotRoot(node, _) => vec![node],
        // The explanation says why these are not usable.
        External::NoVersions(..) => Vec::new(),
    });
    let names: BTreeSet<&PackageName> = names.filter_map(Node::package).collect();
    let note = |name: &PackageName| {
        let package = context.packages.get(name)?;
        let newest = package.usable().last()?;
        let newer = package.unusable(&Releases::above(Release::from_index(newest)));
        let newer: Vec<_> = newer.into_iter().filter(|(_, status)| status.is_surprising()).collect();
        (!newer.is_empty()).then(|| format!("Not considered: {}.", formatter.describe_unusable(name.as_str(), &newer)))
    };
    let constraints = context.constraints.iter().filter(|constraint| names.contains(&constraint.name));
    let constraints: Vec<String> = constraints.map(ToString::to_string).collect();
    let constraints = (!constraints.is_empty()).then(|| format!("Constraints: {}.", constraints.join(", ")));
    names.into_iter().filter_map(note).take(MAX_NOTES).chain(constraints).collect()
}

/// The packages whose newest suitable version has no wheel.
fn lacking(external: &[&External], context: &ReportContext<'_>) -> LackingPackages {
    let found = external.iter().filter_map(|external| match external {
        External::NoVersions(node, set) => {
            let (package, name) = (context.package(node)?, node.package()?);
            let lacking = package.unusable(set).iter().find_map(|(_, status)| status.lacking(context.machine))?;
            Some((name.clone(), lacking))
        }
        External::Custom(..) | External::FromDependencyOf(..) | External::NotRoot(..) => None,
    });
    found.collect()
}

/// The prospect of a solution with another Python.
fn other_python(external: &[&External], context: &ReportContext<'_>) -> OtherPython {
    OtherPython::any(external.iter().map(|external| match external {
        External::NoVersions(node, set) => {
            let unusable = context.package(node).map(|package| package.unusable(set)).unwrap_or_default();
            OtherPython::any(unusable.iter().map(|(_, status)| status.other_python()))
        }
        External::Custom(_, _, UnavailableReason::OtherPython(_)) => OtherPython::MayHelp,
        External::Custom(..) | External::FromDependencyOf(..) | External::NotRoot(..) => OtherPython::DoesNotHelp,
    }))
}

/// Returns true if nothing but this interpreter and machine prevents a solution.
fn depends_on_machine(external: &[&External], context: &ReportContext<'_>) -> bool {
    let mut causes = external.iter().filter_map(|external| match external {
        External::NoVersions(node, set) => {
            let unusable = context.package(node).map(|package| package.unusable(set)).unwrap_or_default();
            Some(unusable.iter().any(|(_, status)| status.depends_on_machine()))
        }
        // That a version lacks an extra is caused by whatever rules out the newer ones, which have it.
        External::Custom(_, _, UnavailableReason::NoExtra(_))
        | External::FromDependencyOf(..)
        | External::NotRoot(..) => None,
        External::Custom(_, _, unusable) => Some(matches!(unusable, UnavailableReason::OtherPython(_))),
    });
    let Some(first) = causes.next() else {
        return false;
    };
    first && causes.all(|cause| cause)
}
