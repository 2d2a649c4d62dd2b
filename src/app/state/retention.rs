//! The generations that stay after a change.

use std::num::NonZeroUsize;

use super::app_state::AppState;
use super::generation::{Generation, GenerationName};

/// The generations that stay after a change.
#[derive(Clone, Debug)]
pub(in crate::app) struct Retention {
    /// Their number, the current one included.
    pub keep: NonZeroUsize,
    pub position: Position,
    pub damaged: Damaged,
}

/// The treatment of generations that are recorded as damaged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::app) enum Damaged {
    /// They stay until the repair that is under way has replaced them.
    Keep,
    /// They go, however few others there are: nobody should go back to them.
    Remove,
}

/// The position of the new generation among the others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::app) enum Position {
    Current,
    /// Neither current nor the one to go back to: another one stays current.
    Older,
    /// The one to go back to: another one stays current.
    Previous,
}

impl From<NonZeroUsize> for Retention {
    fn from(keep: NonZeroUsize) -> Self {
        Self { keep, position: Position::Current, damaged: Damaged::Remove }
    }
}

impl Retention {
    /// The generation to go back to after `next` was built.
    pub(in crate::app) fn previous(&self, state: &AppState, next: &GenerationName) -> Option<GenerationName> {
        match self.position {
            Position::Current => before(state, next),
            Position::Older => state.other_than(state.current().map(|current| &current.name)),
            Position::Previous => return Some(next.clone()),
        }
        .map(|generation| generation.name.clone())
    }
}

/// The generation that is current until `next` is, else another one.
fn before<'a>(state: &'a AppState, next: &GenerationName) -> Option<&'a Generation> {
    let is_usable = |one: &&Generation| one.name != *next && !one.record.is_damaged;
    let before = state.current().filter(is_usable);
    let before = before.or_else(|| state.other_than(Some(next)).filter(is_usable));
    before.or_else(|| state.generations.iter().rev().find(is_usable))
}
