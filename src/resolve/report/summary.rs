//! The explanation of a long search: a proof of hundreds of steps helps nobody, what the newest versions say does.

use std::ops::Bound;

use pubgrub::External;

use super::evidence::Evidence;
use super::sentence::Speaker;
use super::tree::Fact;
use crate::resolve::release::{Node, Release};

/// Facts that are told; the rest is counted.
const MOST_FACTS: usize = 12;

/// Causes that are told although they come after those: at the end of a long chain stands what broke it.
const MOST_CAUSES: usize = 3;

/// Facts of the same kind: what one package says about another.
struct Kind<'a> {
    node: &'a Node,
    needed: Option<&'a Node>,
    newest: &'a Fact,
    others: usize,
}

/// One line for each kind of fact: what was asked for, then what the newest version says.
pub(super) fn summary(facts: &[&Fact], evidence: &Evidence) -> String {
    let speaker = Speaker { evidence };
    let mut kinds = kinds(facts);
    let order = outwards(&kinds);
    kinds.sort_by_key(|kind| order.iter().position(|node| *node == kind.node));
    let (mut lines, mut causes) = (Vec::new(), Vec::new());
    for kind in &kinds {
        let others = match kind.others {
            0 => String::new(),
            _ if kind.needed.is_none() => String::new(),
            1 => " (another version says something like it)".to_owned(),
            count => format!(" ({count} other versions say something like it)"),
        };
        let line = format!("- {}{others}", speaker.fact(kind.newest));
        if lines.contains(&line) {
            continue;
        }
        if kind.needed.is_none() && *kind.node != Node::Root {
            causes.push(line.clone());
        }
        lines.push(line);
    }
    if lines.len() > MOST_FACTS {
        let cut = lines.split_off(MOST_FACTS);
        causes.retain(|cause| cut.contains(cause));
        causes.truncate(MOST_CAUSES);
        let more = cut.len() - causes.len();
        if more > 0 {
            lines.push(format!("- and {more} more like these"));
        }
        lines.append(&mut causes);
    }
    format!("These contradict each other:\n{}", lines.join("\n"))
}

fn kinds<'a>(facts: &[&'a Fact]) -> Vec<Kind<'a>> {
    let mut kinds: Vec<Kind<'a>> = Vec::new();
    for fact in facts {
        let (node, needed) = match fact {
            External::Custom(node, ..) | External::NoVersions(node, _) | External::NotRoot(node, _) => (node, None),
            External::FromDependencyOf(node, _, needed, _) => (node, Some(needed)),
        };
        match kinds.iter_mut().find(|kind| kind.node == node && kind.needed == needed && *node != Node::Root) {
            Some(kind) => {
                kind.others += 1;
                if is_newer(fact, kind.newest) {
                    kind.newest = fact;
                }
            }
            None => kinds.push(Kind { node, needed, newest: fact, others: 0 }),
        }
    }
    kinds
}

/// The packages, from the request outwards.
fn outwards<'a>(kinds: &[Kind<'a>]) -> Vec<&'a Node> {
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

/// Whether a fact is about newer versions than another.
fn is_newer(fact: &Fact, other: &Fact) -> bool {
    match (newest(fact), newest(other)) {
        (Some(newest), Some(other)) => newest > other,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

/// The end of the versions that a fact is about; `None` where they have no end.
fn newest(fact: &Fact) -> Option<&Release> {
    let set = match fact {
        External::NotRoot(_, release) => return Some(release),
        External::Custom(_, set, _) | External::FromDependencyOf(_, set, ..) | External::NoVersions(_, set) => set,
    };
    match set.bounding_range()?.1 {
        Bound::Excluded(release) | Bound::Included(release) => Some(release),
        Bound::Unbounded => None,
    }
}
