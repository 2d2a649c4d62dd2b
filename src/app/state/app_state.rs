//! What is installed under a name right now: facts, read before anything is decided.

use std::path::PathBuf;

use crate::host::{FileKind, Host};

use crate::app::state::generation::{self, Generation};
use crate::app::state::pointer;
use crate::app::state::receipt::Receipt;
use crate::app::{AppError, AppPlaces, Request};

/// The generations of an application, the one that its pointer names, and what the receipt says.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::app) struct State {
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
pub(in crate::app) fn read(host: &Host, places: &AppPlaces) -> Result<State, AppError> {
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

/// Whether anything was ever finished of an application: one whose first installation goes on, or was cut off, is not
/// installed.
pub(in crate::app) fn is_installed(host: &Host, places: &AppPlaces) -> Result<bool, AppError> {
    if host.files.kind(&places.pointer())?.is_some() || host.files.kind(&places.receipt())?.is_some() {
        return Ok(true);
    }
    for (_, root) in generation::directories(host, places)? {
        if host.files.kind(&root.join(generation::COMPLETE))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

impl State {
    /// The generation that the receipt calls current.
    pub(in crate::app) fn recorded(&self) -> Option<&Generation> {
        let receipt = self.receipt.as_ref()?;
        self.generations.iter().find(|generation| generation.name.directory() == receipt.current)
    }

    /// The generation to go back to from another: the one that was current before it, else the newest of the others.
    pub(in crate::app) fn other_than(&self, current: Option<&Generation>) -> Option<&Generation> {
        let is_other = |generation: &&Generation| current.is_none_or(|current| generation.name != current.name);
        let named = |name: &str| self.generations.iter().find(|generation| generation.name.directory() == name);
        // A receipt that calls another one current is that of before the change.
        let before = self.receipt.as_ref().and_then(|receipt| {
            let current = named(&receipt.current).filter(is_other);
            current.or_else(|| receipt.previous.as_deref().and_then(named).filter(is_other))
        });
        before.or_else(|| self.generations.iter().rev().find(is_other))
    }

    /// Whether the receipt lists a generation: then it is not the work of a change that was cut off.
    pub(in crate::app) fn is_listed(&self, generation: &Generation) -> bool {
        let name = generation.name.directory();
        self.receipt.as_ref().is_some_and(|receipt| receipt.history.iter().any(|entry| entry.generation == name))
    }

    /// What was asked for, as far as anything still tells.
    pub(in crate::app) fn request(&self) -> Option<&Request> {
        let facts = self.current.as_ref().or_else(|| self.recorded()).map(|generation| &generation.facts.request);
        let receipt = || self.receipt.as_ref().map(|receipt| &receipt.request);
        facts.or_else(receipt).or_else(|| self.generations.last().map(|generation| &generation.facts.request))
    }

    /// Whether the last change was carried out to its end: pointer, receipt and generations say the same.
    pub(in crate::app) fn is_settled(&self) -> bool {
        let (Some(current), Some(receipt)) = (&self.current, &self.receipt) else { return false };
        let names = self.generations.iter().map(|generation| generation.name.directory());
        self.unfinished.is_empty()
            && receipt.current == current.name.directory()
            && names.eq(receipt.history.iter().map(|entry| entry.generation.clone()))
    }
}
