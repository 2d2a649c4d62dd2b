//! Which generations stay after a change.

use std::num::NonZeroUsize;

use crate::app::state::app_state::State;
use crate::app::state::generation::{Generation, GenerationName};

/// Which generations stay after a change.
#[derive(Clone, Debug)]
pub struct Keep {
    /// How many, the current one included.
    pub most: NonZeroUsize,
    /// Those that go however few there are: they are known to be damaged, and nobody should go back to them.
    pub(in crate::app) damaged: Vec<GenerationName>,
}

impl From<NonZeroUsize> for Keep {
    fn from(most: NonZeroUsize) -> Self {
        Self { most, damaged: Vec::new() }
    }
}

impl Keep {
    /// The generation to go back to: the one that was current, else another one.
    pub(in crate::app) fn previous<'a>(&self, state: &'a State, current: &Generation) -> Option<&'a Generation> {
        let is_sound = |one: &&Generation| one.name != current.name && !self.damaged.contains(&one.name);
        let others = || state.generations.iter().rev().find(is_sound);
        let before = state.current.as_ref().filter(is_sound);
        before.or_else(|| state.other_than(Some(current)).filter(is_sound)).or_else(others)
    }
}

/// How many generations stay where nobody says otherwise: the current one, and the one to go back to.
pub const KEPT: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");
