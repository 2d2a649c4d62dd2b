//! What is installed under a name right now: facts, read before anything is decided.

use std::path::PathBuf;

use crate::host::{FileKind, Host};

use super::generation::{self, Generation};
use super::receipt::Receipt;
use super::{AppError, AppPlaces, Request, pointer};

/// The generations of an application, the one that its pointer names, and what the receipt says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    /// Lowest number first.
    pub generations: Vec<Generation>,
    pub current: Option<Generation>,
    /// `None` where it is lost or damaged.
    pub receipt: Option<Receipt>,
    /// What is left of generations that were never finished, or not removed to the end, or damaged.
    pub unfinished: Vec<PathBuf>,
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
    Ok(State {
        generations,
        current,
        receipt: Receipt::read(host, places)?,
        unfinished: generation::unfinished(host, places)?,
        next_number: highest + 1,
    })
}

impl State {
    /// The generation that the receipt calls current.
    pub(super) fn recorded(&self) -> Option<&Generation> {
        let receipt = self.receipt.as_ref()?;
        self.generations.iter().find(|generation| generation.name.directory() == receipt.current)
    }

    /// The generation to go back to from another: the one that was current before it, else the newest of the others.
    pub(super) fn other_than(&self, current: Option<&Generation>) -> Option<&Generation> {
        let is_other = |generation: &&Generation| current.is_none_or(|current| generation.name != current.name);
        let before = self.receipt.as_ref().and_then(|receipt| receipt.previous.as_deref());
        let named = self.generations.iter().find(|generation| Some(generation.name.directory().as_str()) == before);
        named.filter(is_other).or_else(|| self.generations.iter().rev().find(is_other))
    }

    /// What was asked for, as far as anything still tells.
    pub(super) fn request(&self) -> Option<&Request> {
        let facts = self.current.as_ref().or_else(|| self.recorded()).map(|generation| &generation.facts.request);
        let receipt = || self.receipt.as_ref().map(|receipt| &receipt.request);
        facts.or_else(receipt).or_else(|| self.generations.last().map(|generation| &generation.facts.request))
    }

    /// Whether the last change was carried out to its end: pointer, receipt and generations say the same.
    pub(super) fn is_settled(&self) -> bool {
        let (Some(current), Some(receipt)) = (&self.current, &self.receipt) else { return false };
        let names = self.generations.iter().map(|generation| generation.name.directory());
        self.unfinished.is_empty()
            && receipt.current == current.name.directory()
            && names.eq(receipt.history.iter().map(|entry| entry.generation.clone()))
    }
}
