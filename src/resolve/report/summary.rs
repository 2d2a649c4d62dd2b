//! The explanation of a long search: nobody can follow a proof of hundreds of steps, so only the dependencies of the
//! newest versions are listed.

use std::ops::Bound;

use super::context::ReportContext;
use super::sentence::SentenceFormatter;
use super::tree::External;
use crate::resolve::release::{Node, Release};

/// Lines that are listed; the rest is counted.
const MAX_LINES: usize = 12;

/// Causes that are listed even after those: a long chain ends with its cause.
const MAX_CAUSES: usize = 3;

/// Incompatibilities of the same kind: those of one package with another.
struct Kind<'a> {
    node: &'a Node,
    needed: Option<&'a Node>,
    newest: &'a External,
    others: usize,
}

/// One line for each kind of incompatibility: first the request, then the dependencies of the newest versions.
pub(super) fn summarize(external: &[&External], context: &ReportContext<'_>) -> String {
    let formatter = SentenceFormatter { context };
    let mut kinds = kinds(external);
    let order = breadth_first(&kinds);
    kinds.sort_by_key(|kind| order.iter().position(|node| *node == kind.node));
    let (mut lines, mut causes) = (Vec::new(), Vec::new());
    for kind in &kinds {
        let others = match kind.others {
            count if count == 0 || kind.needed.is_none() => String::new(),
            1 => " (another version is similar)".to_owned(),
            count => format!(" ({count} other versions are similar)"),
        };
        let line = format!("- {}{others}", formatter.external(kind.newest));
        if lines.contains(&line) {
            continue;
        }
        if kind.needed.is_none() && *kind.node != Node::Root {
            causes.push(line.clone());
        }
        lines.push(line);
    }
    if lines.len() > MAX_LINES {
        let cut = lines.split_off(MAX_LINES);
        causes.retain(|cause| cut.contains(cause));
        causes.truncate(MAX_CAUSES);
        let more = cut.len() - causes.len();
        if more > 0 {
            lines.push(format!("- and {more} more"));
        }
        lines.append(&mut causes);
    }
    format!("These requirements conflict:\n{}", lines.join("\n"))
}

fn kinds<'a>(external: &[&'a External]) -> Vec<Kind<'a>> {
    let mut kinds: Vec<Kind<'a>> = Vec::new();
    for &external in external {
        let (node, needed) = match external {
            External::Custom(node, ..) | External::NoVersions(node, _) | External::NotRoot(node, _) => (node, None),
            External::FromDependencyOf(node, _, needed, _) => (node, Some(needed)),
        };
        match kinds.iter_mut().find(|kind| kind.node == node && kind.needed == needed && *node != Node::Root) {
            Some(kind) => {
                kind.others += 1;
                if is_newer(external, kind.newest) {
                    kind.newest = external;
                }
            }
            None => kinds.push(Kind { node, needed, newest: external, others: 0 }),
        }
    }
    kinds
}

/// The packages in breadth-first order, from the request.
fn breadth_first<'a>(kinds: &[Kind<'a>]) -> Vec<&'a Node> {
    let mut order = vec![&Node::Root];
    let mut next = 0;
    while let Some(node) = order.get(next).copied() {
        next += 1;
        for needed in kinds.iter().filter(|kind| kind.node == node).filter_map(|kind| kind.needed) {
            if !order.contains(&needed) {
                order.push(needed);
            }
        }
    }
    order
}

/// Returns true if an incompatibility is about newer versions than another.
fn is_newer(external: &External, other: &External) -> bool {
    match (newest(external), newest(other)) {
        (Some(newest), Some(other)) => newest > other,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

/// The upper bound of the versions in an incompatibility; `None` if they have none.
fn newest(external: &External) -> Option<&Release> {
    let set = match external {
        External::NotRoot(_, release) => return Some(release),
        External::Custom(_, set, _) | External::FromDependencyOf(_, set, ..) | External::NoVersions(_, set) => set,
    };
    match set.bounding_range()?.1 {
        Bound::Excluded(release) | Bound::Included(release) => Some(release),
        Bound::Unbounded => None,
    }
}
