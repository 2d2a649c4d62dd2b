//! Merges what a proof says twice. PubGrub proves some things again with other sets that mean the same versions;
//! people would read the same sentences twice.

use std::collections::HashMap;
use std::sync::Arc;

use pubgrub::{DerivationTree, Derived, Map, Term};

use super::sentence::Speaker;
use super::tree::{Fact, Tree};
use crate::resolve::release::Node;
use crate::resolve::releases::Releases;

/// The tree with equal parts shared, and marked as such where they are used more than once.
pub(super) fn merged(tree: &Tree, speaker: &Speaker<'_>) -> Tree {
    let mut merger = Merger { speaker, parts: Vec::new(), places: HashMap::new(), visited: HashMap::new() };
    let root = merger.place(tree);
    merger.rebuilt(root)
}

struct Merger<'a> {
    speaker: &'a Speaker<'a>,
    /// Causes stand before what follows from them.
    parts: Vec<Part>,
    /// Where the part with a text and causes is.
    places: HashMap<(String, Option<(usize, usize)>), usize>,
    visited: HashMap<*const Tree, usize>,
}

enum Part {
    Conclusion { terms: Map<Node, Term<Releases>>, causes: (usize, usize) },
    Fact(Box<Fact>),
}

impl Merger<'_> {
    fn place(&mut self, tree: &Tree) -> usize {
        if let Some(place) = self.visited.get(&std::ptr::from_ref(tree)) {
            return *place;
        }
        let place = match tree {
            DerivationTree::External(fact) => {
                let text = self.speaker.fact(fact);
                self.stored((text, None), || Part::Fact(Box::new(fact.clone())))
            }
            DerivationTree::Derived(derived) => {
                let causes = (self.place(&derived.cause1), self.place(&derived.cause2));
                let text = self.speaker.conclusion(&derived.terms);
                let sorted = (causes.0.min(causes.1), causes.0.max(causes.1));
                let repeated = [causes.0, causes.1].into_iter().find(|cause| self.concludes(*cause, &text));
                repeated.unwrap_or_else(|| {
                    self.stored((text, Some(sorted)), || Part::Conclusion { terms: derived.terms.clone(), causes })
                })
            }
        };
        self.visited.insert(tree, place);
        place
    }

    fn stored(&mut self, key: (String, Option<(usize, usize)>), part: impl FnOnce() -> Part) -> usize {
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        self.parts.push(part());
        self.places.insert(key, self.parts.len() - 1);
        self.parts.len() - 1
    }

    /// Whether a cause already says what is to be concluded.
    fn concludes(&self, place: usize, text: &str) -> bool {
        match &self.parts[place] {
            Part::Conclusion { terms, .. } => self.speaker.conclusion(terms) == text,
            Part::Fact(_) => false,
        }
    }

    fn rebuilt(&self, root: usize) -> Tree {
        let mut uses = vec![0_usize; self.parts.len()];
        for part in self.parts.iter().take(root + 1) {
            if let Part::Conclusion { causes, .. } = part {
                uses[causes.0] += 1;
                uses[causes.1] += 1;
            }
        }
        let mut trees: Vec<Arc<Tree>> = Vec::with_capacity(self.parts.len());
        for (place, part) in self.parts.iter().take(root + 1).enumerate() {
            trees.push(Arc::new(match part {
                Part::Conclusion { terms, causes } => DerivationTree::Derived(Derived {
                    terms: terms.clone(),
                    shared_id: (uses[place] > 1).then_some(place),
                    cause1: Arc::clone(&trees[causes.0]),
                    cause2: Arc::clone(&trees[causes.1]),
                }),
                Part::Fact(fact) => DerivationTree::External(fact.as_ref().clone()),
            }));
        }
        trees.swap_remove(root).as_ref().clone()
    }
}
