//! Makes a derivation tree shorter, without changing what it proves to people.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use pubgrub::{DerivationTree, Derived, External, Term};

use super::evidence::{Evidence, Supply};
use crate::resolve::needs::Unusable;
use crate::resolve::release::Node;
use crate::resolve::releases::Releases;

pub(super) type Tree = DerivationTree<Node, Releases, Unusable>;
pub(super) type Fact = External<Node, Releases, Unusable>;

/// Drops what goes without saying: that an extra needs its package, that the request is asked for, and that there is
/// no version between two that are talked about.
pub(super) fn shortened(tree: &Tree, evidence: &Evidence) -> Tree {
    let mut shortener = Shortener { evidence, done: HashMap::new() };
    shortener.shorten(&Arc::new(tree.clone())).as_ref().clone()
}

/// The facts of a tree, in the order of the proof.
pub(super) fn facts(tree: &Tree) -> Vec<&Fact> {
    let mut facts = Vec::new();
    collect(tree, &mut facts, &mut HashSet::new());
    facts
}

/// How many conclusions a tree draws.
pub(super) fn conclusions(tree: &Tree) -> usize {
    let mut seen = HashSet::new();
    collect(tree, &mut Vec::new(), &mut seen);
    seen.len()
}

fn collect<'t>(tree: &'t Tree, facts: &mut Vec<&'t Fact>, seen: &mut HashSet<*const Tree>) {
    match tree {
        DerivationTree::External(fact) => facts.push(fact),
        DerivationTree::Derived(derived) => {
            if seen.insert(tree) {
                collect(&derived.cause1, facts, seen);
                collect(&derived.cause2, facts, seen);
            }
        }
    }
}

struct Shortener<'a> {
    evidence: &'a Evidence,
    /// Causes are shared: each is shortened once, and stays shared.
    done: HashMap<*const Tree, Arc<Tree>>,
}

impl Shortener<'_> {
    fn shorten(&mut self, tree: &Arc<Tree>) -> Arc<Tree> {
        let DerivationTree::Derived(derived) = tree.as_ref() else {
            return Arc::clone(tree);
        };
        if let Some(done) = self.done.get(&Arc::as_ptr(tree)) {
            return Arc::clone(done);
        }
        let (first, second) = (self.shorten(&derived.cause1), self.shorten(&derived.cause2));
        let shortened = if self.goes_without_saying(&first, &second) {
            second
        } else if self.goes_without_saying(&second, &first) {
            first
        } else {
            let (cause1, cause2) = (first, second);
            let terms = derived.terms.clone();
            Arc::new(DerivationTree::Derived(Derived { terms, shared_id: derived.shared_id, cause1, cause2 }))
        };
        self.done.insert(Arc::as_ptr(tree), Arc::clone(&shortened));
        shortened
    }

    fn goes_without_saying(&self, cause: &Tree, beside: &Tree) -> bool {
        let DerivationTree::External(fact) = cause else {
            return false;
        };
        match fact {
            External::NotRoot(..) => true,
            External::FromDependencyOf(Node::Extra(name, _), set, Node::Package(package), other) => {
                name == package && set == other
            }
            External::FromDependencyOf(..) | External::Custom(..) => false,
            External::NoVersions(node, _) => !is_dependency(node, beside) && self.is_known(node),
        }
    }

    fn is_known(&self, node: &Node) -> bool {
        let supply = self.evidence.subject(node).map(|subject| &subject.supply);
        matches!(supply, Some(Supply::Offered | Supply::Unasked))
    }
}

/// Whether a cause is about the need for a package, rather than about what its versions bring.
fn is_dependency(node: &Node, cause: &Tree) -> bool {
    match cause {
        DerivationTree::External(External::FromDependencyOf(_, _, needed, _)) => needed == node,
        DerivationTree::External(_) => false,
        DerivationTree::Derived(derived) => matches!(derived.terms.get(node), Some(Term::Negative(_))),
    }
}
