//! What is installed under a name right now: facts, read before anything is decided.

use crate::host::{FileKind, Host};

use super::generation::{self, Generation};
use super::{AppError, AppPlaces, pointer};

/// The generations of an application and the one that its pointer names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    pub generations: Vec<Generation>,
    pub current: Option<Generation>,
    /// The number that the next generation gets.
    pub next_number: u32,
}

/// Reads the state of an application; an application that is not there has no generations.
pub(super) fn read(host: &Host, places: &AppPlaces) -> Result<State, AppError> {
    let generations = generation::complete(host, places)?;
    let named = match pointer::read(host, places) {
        // The next change replaces it.
        Err(AppError::ForeignPointer { path }) if host.files.kind(&path)? != Some(FileKind::Directory) => None,
        named => named?,
    };
    let current = named.and_then(|name| generations.iter().find(|generation| generation.name == name).cloned());
    // Directories of unfinished generations count too: a number is never used twice.
    let highest = generation::directories(host, places)?.last().map_or(0, |(name, _)| name.number);
    Ok(State { generations, current, next_number: highest + 1 })
}
