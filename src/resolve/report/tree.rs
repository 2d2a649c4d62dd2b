//! Shortens a derivation tree without changing what it proves to users.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use pubgrub::Term;

use super::context::ReportContext;
use crate::resolve::package_state::IndexEntry;
use crate::resolve::release::Node;
use crate::resolve::releases::Releases;
use crate::resolve::unavailable::UnavailableReason;

pub(super) type DerivationTree = pubgrub::DerivationTree<Node, Releases, UnavailableReason>;
pub(super) type Derived = pubgrub::Derived<Node, Releases, UnavailableReason>;
pub(super) type External = pubgrub::External<Node, Releases, UnavailableReason>;

/// Removes implied steps: that an extra depends on its package, that the request was made, and that there is no version
/// between two that are mentioned.
pub(super) fn shorten(tree: &DerivationTree, context: &ReportContext<'_>) -> DerivationTree {
    let mut shortener = Shortener { context, done: HashMap::new() };
    shortener.shorten(&Arc::new(tree.clone())).as_ref().clone()
}

/// The external incompatibilities of a tree, in the order of the proof.
pub(super) fn collect_external(tree: &DerivationTree) -> Vec<&External> {
    let mut external = Vec::new();
    collect(tree, &mut external, &mut HashSet::new());
    external
}

/// The number of conclusions in a tree.
pub(super) fn count_conclusions(tree: &DerivationTree) -> usize {
    let mut seen = HashSet::new();
    collect(tree, &mut Vec::new(), &mut seen);
    seen.len()
}

fn collect<'t>(tree: &'t DerivationTree, external: &mut Vec<&'t External>, seen: &mut HashSet<*const DerivationTree>) {
    match tree {
        DerivationTree::External(found) => external.push(found),
        DerivationTree::Derived(derived) => {
            if seen.insert(tree) {
                collect(&derived.cause1, external, seen);
                collect(&derived.cause2, external, seen);
            }
        }
    }
}

struct Shortener<'a> {
    context: &'a ReportContext<'a>,
    /// Causes may be shared: each is shortened once, and stays shared.
    done: HashMap<*const DerivationTree, Arc<DerivationTree>>,
}

impl Shortener<'_> {
    fn shorten(&mut self, tree: &Arc<DerivationTree>) -> Arc<DerivationTree> {
        let DerivationTree::Derived(derived) = tree.as_ref() else {
            return Arc::clone(tree);
        };
        if let Some(done) = self.done.get(&Arc::as_ptr(tree)) {
            return Arc::clone(done);
        }
        let (first, second) = (self.shorten(&derived.cause1), self.shorten(&derived.cause2));
        let shortened = if self.is_implied(&first, &second) {
            second
        } else if self.is_implied(&second, &first) {
            first
        } else {
            let (cause1, cause2) = (first, second);
            let terms = derived.terms.clone();
            Arc::new(DerivationTree::Derived(Derived { terms, shared_id: derived.shared_id, cause1, cause2 }))
        };
        self.done.insert(Arc::as_ptr(tree), Arc::clone(&shortened));
        shortened
    }

    fn is_implied(&self, cause: &DerivationTree, other_cause: &DerivationTree) -> bool {
        let DerivationTree::External(external) = cause else {
            return false;
        };
        match external {
            External::NotRoot(..) => true,
            External::FromDependencyOf(Node::Extra(name, _), set, Node::Package(package), other) => {
                name == package && set == other
            }
            External::FromDependencyOf(..) | External::Custom(..) => false,
            External::NoVersions(node, _) => !is_dependency(node, other_cause) && self.exists(node),
        }
    }

    fn exists(&self, node: &Node) -> bool {
        let index = self.context.package(node).map(|package| package.entry);
        matches!(index, Some(IndexEntry::Found(_) | IndexEntry::NotRequested))
    }
}

/// Returns true if a cause is about a dependency on a package, rather than about the dependencies of its versions.
fn is_dependency(node: &Node, cause: &DerivationTree) -> bool {
    match cause {
        DerivationTree::External(External::FromDependencyOf(_, _, needed, _)) => needed == node,
        DerivationTree::External(_) => false,
        DerivationTree::Derived(derived) => matches!(derived.terms.get(node), Some(Term::Negative(_))),
    }
}
