//! The generations that stay after a change.

use std::num::NonZeroUsize;

use super::app_state::AppState;
use super::generation::{Generation, GenerationName};

/// The generations that stay after a change.
#[derive(Clone, Debug)]
pub(in crate::app) struct Retention {
    /// Their number, the current one included.
    pub keep: NonZeroUsize,
    /// Those that are removed however few there are: they are damaged, and nobody should go back to them.
    pub damaged: Vec<GenerationName>,
}

impl From<NonZeroUsize> for Retention {
    fn from(keep: NonZeroUsize) -> Self {
        Self { keep, damaged: Vec::new() }
    }
}

impl Retention {
    /// The generation to go back to after `next` became current: the one that is current now, else another one.
    pub(in crate::app) fn previous(&self, state: &AppState, next: &GenerationName) -> Option<GenerationName> {
        let is_usable = |one: &&Generation| one.name != *next && !self.damaged.contains(&one.name);
        let before = state.current().filter(is_usable);
        let before = before.or_else(|| state.other_than(Some(next)).filter(is_usable));
        before.or_else(|| state.generations.iter().rev().find(is_usable)).map(|generation| generation.name.clone())
    }
}
