//! The state of one app: read once, before anything is decided, and updated by every step that changes the disk.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::app::error::AppError;
use crate::app::request::Request;

use super::directories::{AppDirectories, Directories};
use super::generation::{Generation, GenerationName, GenerationRecord};
use super::home;
use super::name::AppName;
use super::pointer::{self, Pointer};
use super::receipt::Receipt;
use super::records::{self, Records};

use crate::host::{FileKind, Host, is_staged};

/// The generations of an app, its pointer and its receipt.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::app) struct AppState {
    pub app: AppName,
    pub directories: AppDirectories,
    /// The complete ones, lowest number first.
    pub generations: Vec<Generation>,
    pub pointer: Pointer,
    /// `None` when it is missing or damaged.
    pub receipt: Option<Receipt>,
    /// Leftovers of generations that were never finished, not entirely removed, or damaged; and of the pointer and the
    /// receipt.
    pub unfinished: Vec<PathBuf>,
    /// True if `upgrade` leaves the app as it is.
    pub is_pinned: bool,
    /// The number of the next generation.
    pub next_number: u32,
}

impl AppState {
    /// Reads the state of an app; one that does not exist has no generations.
    pub(in crate::app) fn read(host: &Host, directories: &Directories, app: &AppName) -> Result<Self, AppError> {
        let of_app = directories.app(app);
        let mut state = Self {
            app: app.clone(),
            directories: of_app.clone(),
            generations: Vec::new(),
            pointer: Pointer::Missing,
            receipt: None,
            unfinished: Vec::new(),
            is_pinned: false,
            next_number: 1,
        };
        if !home::is_ours(host, directories)? {
            return Ok(state);
        }
        state.pointer = pointer::read(host, &of_app)?;
        state.receipt = Receipt::read(host, &of_app)?;
        state.is_pinned = host.files.is_file(&of_app.pin());
        let records = Records::open(host, &of_app)?;
        // A record without its generation must not make a new one of that name complete.
        for name in records.names()? {
            state.next_number = state.next_number.max(name.number + 1);
        }
        for path in host.files.list(&of_app.generations())? {
            state.read_entry(host, &records, path)?;
        }
        state.generations.sort_by_key(|generation| generation.name.number);
        let beside = host.files.list(state.directories.root())?;
        state.unfinished.extend(beside.into_iter().filter(|path| is_staged(path)));
        Ok(state)
    }

    /// Reads one entry of the directory of generations.
    fn read_entry(&mut self, host: &Host, records: &Records<'_>, root: PathBuf) -> Result<(), AppError> {
        if is_staged(&root) {
            self.unfinished.push(root);
            return Ok(());
        }
        let Some(name) = GenerationName::of_directory(&root) else { return Ok(()) };
        // Unfinished generations count too, and whatever was put in place of one: a number is never used twice.
        self.next_number = self.next_number.max(name.number + 1);
        let kind = host.files.kind(&root)?;
        match records.read(&name) {
            Ok(Some(record)) if kind == Some(FileKind::Directory) => {
                let record_path = records.path(&name);
                self.generations.push(Generation { name, root, record_path, record });
            }
            // A link to a generation that somebody moved elsewhere.
            Ok(Some(_)) if kind == Some(FileKind::Symlink) => {}
            Ok(Some(_) | None) | Err(AppError::Malformed { .. }) => self.unfinished.push(root),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The generation that the pointer names.
    pub(in crate::app) fn current(&self) -> Option<&Generation> {
        match &self.pointer {
            Pointer::To(name) => self.generation(name),
            Pointer::Elsewhere | Pointer::Missing => None,
        }
    }

    /// The generation of a name.
    pub(in crate::app) fn generation(&self, name: &GenerationName) -> Option<&Generation> {
        self.generations.iter().find(|generation| generation.name == *name)
    }

    /// The generation that the receipt calls current.
    pub(in crate::app) fn recorded(&self) -> Option<&Generation> {
        let receipt = self.receipt.as_ref()?;
        self.generations.iter().find(|generation| generation.name.directory() == receipt.current)
    }

    /// The generation to go back to from another: the one that was current before it, else the newest of the others.
    pub(in crate::app) fn other_than(&self, current: Option<&GenerationName>) -> Option<&Generation> {
        let is_other = |generation: &&Generation| current.is_none_or(|current| generation.name != *current);
        let named = |name: &str| self.generations.iter().find(|generation| generation.name.directory() == name);
        // A receipt that calls another one current was written before the change.
        let before = self.receipt.as_ref().and_then(|receipt| {
            let current = named(&receipt.current).filter(is_other);
            current.or_else(|| receipt.previous.as_deref().and_then(named).filter(is_other))
        });
        before.or_else(|| self.generations.iter().rev().find(is_other))
    }

    /// Returns true if the receipt lists a generation: then no interrupted change made it.
    pub(in crate::app) fn is_listed(&self, generation: &Generation) -> bool {
        let name = generation.name.directory();
        self.receipt.as_ref().is_some_and(|receipt| receipt.history.iter().any(|entry| entry.generation == name))
    }

    /// The names of the commands of all generations but one that was just built.
    pub(in crate::app) fn known_commands(&self, new: &Generation) -> BTreeSet<String> {
        let before = self.generations.iter().filter(|one| one.name != new.name || self.is_listed(one));
        before.flat_map(|generation| &generation.record.commands).map(|command| command.name.clone()).collect()
    }

    /// The commands of all generations.
    pub(in crate::app) fn all_commands(&self) -> BTreeSet<String> {
        let commands = self.generations.iter().flat_map(|generation| &generation.record.commands);
        commands.map(|command| command.name.clone()).collect()
    }

    /// The request for the app, from whatever still holds it.
    pub(in crate::app) fn request(&self) -> Option<&Request> {
        let record = self.current().or_else(|| self.recorded()).map(|generation| &generation.record.request);
        let receipt = || self.receipt.as_ref().map(|receipt| &receipt.request);
        record.or_else(receipt).or_else(|| self.generations.last().map(|generation| &generation.record.request))
    }

    /// Returns true if the last change was carried out to its end: pointer, receipt and generations agree.
    pub(in crate::app) fn is_finished(&self) -> bool {
        let (Some(current), Some(receipt)) = (self.current(), &self.receipt) else { return false };
        let names = self.generations.iter().map(|generation| generation.name.directory());
        self.unfinished.is_empty()
            && receipt.current == current.name.directory()
            && names.eq(receipt.history.iter().map(|entry| entry.generation.clone()))
    }

    /// Writes the record of a generation, which makes it complete, and adds it.
    pub(in crate::app) fn complete(
        &mut self,
        host: &Host,
        name: GenerationName,
        root: PathBuf,
        record: GenerationRecord,
    ) -> Result<(), AppError> {
        let record_path = records::write(host, &self.directories, &self.generations, &name, &record)?;
        self.next_number = self.next_number.max(name.number + 1);
        self.generations.push(Generation { name, root, record_path, record });
        Ok(())
    }

    /// Makes a generation the current one, on disk and here.
    pub(in crate::app) fn flip(&mut self, host: &Host, name: &GenerationName) -> Result<(), AppError> {
        pointer::flip(host, &self.directories, name)?;
        self.pointer = Pointer::To(name.clone());
        Ok(())
    }

    /// Writes the receipt that follows from the generations, of which one is current and one was current before.
    pub(in crate::app) fn write_receipt(
        &mut self,
        host: &Host,
        current: &Generation,
        previous: Option<&GenerationName>,
    ) -> Result<(), AppError> {
        let previous = previous.and_then(|name| self.generation(name));
        let receipt = Receipt::of(current, previous, &self.generations);
        receipt.write(host, &self.directories)?;
        self.receipt = Some(receipt);
        Ok(())
    }
}
