//! Merges equal parts of a proof. PubGrub proves some conclusions again with other sets of the same versions, and the
//! report would repeat the same sentences.

use std::collections::HashMap;
use std::sync::Arc;

use pubgrub::{Map, Term};

use super::sentence::SentenceFormatter;
use super::tree::{DerivationTree, Derived, External};
use crate::resolve::release::Node;
use crate::resolve::releases::Releases;

/// Merges equal parts of a tree, and marks those that are used more than once as shared.
pub(super) fn merge(tree: &DerivationTree, formatter: &SentenceFormatter<'_>) -> DerivationTree {
    let mut merger = Merger { formatter, parts: Vec::new(), positions: HashMap::new(), visited: HashMap::new() };
    let root = merger.add(tree);
    merger.rebuild(root)
}

struct Merger<'a> {
    formatter: &'a SentenceFormatter<'a>,
    /// Causes come before the conclusions from them.
    parts: Vec<Part>,
    /// The position of the part with a text and causes.
    positions: HashMap<(String, Option<(usize, usize)>), usize>,
    visited: HashMap<*const DerivationTree, usize>,
}

enum Part {
    Conclusion { terms: Map<Node, Term<Releases>>, causes: (usize, usize) },
    External(Box<External>),
}

impl Merger<'_> {
    /// Adds a tree, unless an equal one was added before. Returns its position.
    fn add(&mut self, tree: &DerivationTree) -> usize {
        if let Some(position) = self.visited.get(&std::ptr::from_ref(tree)) {
            return *position;
        }
        let position = match tree {
            DerivationTree::External(external) => {
                let text = self.formatter.external(external);
                self.store((text, None), || Part::External(Box::new(external.clone())))
            }
            DerivationTree::Derived(derived) => {
                let causes = (self.add(&derived.cause1), self.add(&derived.cause2));
                let text = self.formatter.conclusion(&derived.terms);
                let sorted = (causes.0.min(causes.1), causes.0.max(causes.1));
                let repeated = [causes.0, causes.1].into_iter().find(|cause| self.concludes(*cause, &text));
                repeated.unwrap_or_else(|| {
                    self.store((text, Some(sorted)), || Part::Conclusion { terms: derived.terms.clone(), causes })
                })
            }
        };
        self.visited.insert(tree, position);
        position
    }

    fn store(&mut self, key: (String, Option<(usize, usize)>), part: impl FnOnce() -> Part) -> usize {
        if let Some(position) = self.positions.get(&key) {
            return *position;
        }
        self.parts.push(part());
        self.positions.insert(key, self.parts.len() - 1);
        self.parts.len() - 1
    }

    /// Returns true if a cause is already the same conclusion.
    fn concludes(&self, position: usize, text: &str) -> bool {
        match &self.parts[position] {
            Part::Conclusion { terms, .. } => self.formatter.conclusion(terms) == text,
            Part::External(_) => false,
        }
    }

    fn rebuild(&self, root: usize) -> DerivationTree {
        let mut uses = vec![0_usize; self.parts.len()];
        for part in self.parts.iter().take(root + 1) {
            if let Part::Conclusion { causes, .. } = part {
                uses[causes.0] += 1;
                uses[causes.1] += 1;
            }
        }
        let mut trees: Vec<Arc<DerivationTree>> = Vec::with_capacity(self.parts.len());
        for (position, part) in self.parts.iter().take(root + 1).enumerate() {
            trees.push(Arc::new(match part {
                Part::Conclusion { terms, causes } => DerivationTree::Derived(Derived {
                    terms: terms.clone(),
                    shared_id: (uses[position] > 1).then_some(position),
                    cause1: Arc::clone(&trees[causes.0]),
                    cause2: Arc::clone(&trees[causes.1]),
                }),
                Part::External(external) => DerivationTree::External(external.as_ref().clone()),
            }));
        }
        trees.swap_remove(root).as_ref().clone()
    }
}
