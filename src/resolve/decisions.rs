//! The decisions of the current search, in their order. PubGrub never reports that it took decisions back, but it asks
//! for the priority of the first of them again, and takes back all that were made after it.

use std::collections::BTreeMap;

use super::release::{Node, Release};
use crate::vocab::PackageName;

#[derive(Debug, Default)]
pub(super) struct Decisions {
    order: Vec<Node>,
    /// With the position in the order.
    releases: BTreeMap<Node, (usize, Release)>,
}

impl Decisions {
    /// The release that is decided for a node.
    pub(super) fn get(&self, node: &Node) -> Option<&Release> {
        self.releases.get(node).map(|(_, release)| release)
    }

    /// The decided releases of packages.
    pub(super) fn packages(&self) -> impl Iterator<Item = (&PackageName, &Release)> {
        self.releases.iter().filter_map(|(node, (_, release))| match node {
            Node::Package(name) => Some((name, release)),
            Node::Extra(..) | Node::Root => None,
        })
    }

    /// Records a decision.
    pub(super) fn push(&mut self, node: &Node, release: &Release) {
        self.take_back(node);
        self.releases.insert(node.clone(), (self.order.len(), release.clone()));
        self.order.push(node.clone());
    }

    /// Takes back the decision for a node, if there is one, and all later ones.
    pub(super) fn take_back(&mut self, node: &Node) {
        let Some(&(position, _)) = self.releases.get(node) else { return };
        for node in self.order.drain(position..) {
            self.releases.remove(&node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::parse_version;

    #[test]
    fn a_decision_that_is_made_again_takes_back_all_that_followed() {
        let node = |name: &str| Node::Package(name.parse().unwrap());
        let release = |version: &str| Release::from_index(&parse_version(version).unwrap());
        let mut decisions = Decisions::default();
        for name in ["a", "b", "c"] {
            decisions.push(&node(name), &release("1"));
        }
        decisions.push(&node("b"), &release("2"));
        let decided = |decisions: &Decisions| ["a", "b", "c"].map(|name| decisions.get(&node(name)).cloned());
        assert_eq!(decided(&decisions), [Some(release("1")), Some(release("2")), None]);
        decisions.take_back(&node("c"));
        decisions.take_back(&node("a"));
        assert_eq!(decided(&decisions), [None, None, None]);
    }
}
