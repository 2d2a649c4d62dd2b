//! The explanation of a search that went through many versions: nobody can follow it version by version, so only what
//! the newest ones depend on is listed.

use std::ops::Bound;

use super::context::ReportContext;
use super::sentence::SentenceFormatter;
use super::tree::External;
use crate::resolve::release::{Node, Release};
use crate::resolve::releases::Releases;

/// Incompatibilities of the same kind: those of one package with another.
struct Kind<'a> {
    node: &'a Node,
    needed: Option<&'a Node>,
    newest: &'a External,
    all: Vec<&'a External>,
}

/// One line for each kind of incompatibility, `limit` lines at most: first the dependencies of the newest versions, from
/// the packages that were asked for on, then what cannot be had at all, and last the request.
pub(super) fn summarize(external: &[&External], context: &ReportContext<'_>, limit: usize) -> String {
    let formatter = SentenceFormatter { context };
    let mut kinds = kinds(external);
    let order = breadth_first(&kinds);
    kinds.sort_by_key(|kind| order.iter().position(|node| *node == kind.node));
    let (mut lines, mut last) = (Vec::new(), Vec::new());
    for kind in kinds.iter().filter(|kind| *kind.node != Node::Root) {
        let others = match kind.others(context) {
            0 => String::new(),
            1 => " (another version is similar)".to_owned(),
            count => format!(" ({count} other versions are similar)"),
        };
        let line = format!("- {}{others}", formatter.external(kind.newest));
        let lines = if kind.needed.is_some() { &mut lines } else { &mut last };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let request: Vec<&External> = external.iter().copied().filter(|external| is_request(external)).collect();
    last.truncate(limit.saturating_sub(request.len().min(1) + 1));
    if !request.is_empty() {
        last.push(format!("- {}", formatter.request(&request)));
    }
    let room = limit.saturating_sub(last.len());
    if lines.len() > room {
        // The line that counts the others takes one.
        let more = lines.split_off(room.saturating_sub(1)).len();
        lines.push(format!("- and {more} more"));
    }
    lines.append(&mut last);
    lines.join("\n")
}

/// Returns true if one package needs another in different ways in different versions.
pub(super) fn goes_through_versions(external: &[&External]) -> bool {
    kinds(external).iter().any(|kind| kind.needed.is_some() && kind.all.len() > 1)
}

fn is_request(external: &External) -> bool {
    matches!(external, External::FromDependencyOf(Node::Root, ..))
}

fn kinds<'a>(external: &[&'a External]) -> Vec<Kind<'a>> {
    let mut kinds: Vec<Kind<'a>> = Vec::new();
    for &external in external {
        let (node, _, needed) = key(external);
        let needed = needed.map(|(needed, _)| needed);
        // The derivation may come to the same one on several ways.
        if kinds.iter().any(|kind| kind.all.iter().any(|known| key(known) == key(external))) {
            continue;
        }
        let is_other = |kind: &&mut Kind<'a>| {
            // Another need of the same versions is another obstacle.
            (kind.node, kind.needed) == (node, needed) && *node != Node::Root && set(kind.newest) != set(external)
        };
        match kinds.iter_mut().find(is_other) {
            Some(kind) => {
                kind.all.push(external);
                if is_newer(external, kind.newest) {
                    kind.newest = external;
                }
            }
            None => kinds.push(Kind { node, needed, newest: external, all: vec![external] }),
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
    let External::NotRoot(_, release) = external else {
        return match set(external)?.bounding_range()?.1 {
            Bound::Excluded(release) | Bound::Included(release) => Some(release),
            Bound::Unbounded => None,
        };
    };
    Some(release)
}

/// Everything that tells an incompatibility from others.
fn key(external: &External) -> (&Node, Option<&Releases>, Option<(&Node, &Releases)>) {
    let (node, needed) = match external {
        External::Custom(node, ..) | External::NoVersions(node, _) | External::NotRoot(node, _) => (node, None),
        External::FromDependencyOf(node, _, needed, set) => (node, Some((needed, set))),
    };
    (node, set(external), needed)
}

/// The versions that an incompatibility is about.
fn set(external: &External) -> Option<&Releases> {
    match external {
        External::NotRoot(..) => None,
        External::Custom(_, set, _) | External::FromDependencyOf(_, set, ..) | External::NoVersions(_, set) => {
            Some(set)
        }
    }
}

impl Kind<'_> {
    /// The number of usable versions that need the same package as the newest, in one way or another.
    fn others(&self, context: &ReportContext<'_>) -> usize {
        let (Some(package), Some(_)) = (context.package(self.node), self.needed) else { return 0 };
        let is_in = |external: &External, release: &Release| set(external).is_some_and(|set| set.contains(release));
        let releases = package.usable().map(Release::from_index);
        let others = releases.filter(|release| !is_in(self.newest, release));
        others.filter(|release| self.all.iter().any(|external| is_in(external, release))).count()
    }
}
