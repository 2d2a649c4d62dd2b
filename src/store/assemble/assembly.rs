//! What is asked of an assembly, and what comes of it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::store::StoredWheel;
use crate::vocab::{DirectReference, PackageName, Role};
use crate::wheel::{EntryPointGroup, RecordHash};

/// How files come from the store into an environment.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkMode {
    /// Each file is copied: the environment needs no store.
    Copy,
    /// Each file shares its blocks with the store where the file systems can: as a hard link or a clone, else a copy.
    File,
}

/// A wheel to put into an environment.
#[derive(Clone, Copy, Debug)]
pub struct Placement<'a> {
    pub wheel: &'a StoredWheel,
    pub role: Role,
    pub direct: Option<&'a DirectReference>,
}

/// What came of it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Assembly {
    /// In the order of the placements.
    pub wheels: Vec<Installed>,
    /// Paths that two wheels wrote with different content, sorted.
    pub clashes: Vec<Clash>,
}

/// One wheel in the environment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Installed {
    pub name: PackageName,
    /// Files that belong to it, generated ones included.
    pub files: usize,
    /// Their sizes added up.
    pub bytes: u64,
    /// Its commands, sorted by name: entry points and scripts.
    pub commands: Vec<Command>,
    /// Its RECORD, which lists all of its files with their hashes.
    pub record: PathBuf,
    pub record_hash: RecordHash,
}

/// A command that a wheel brought.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Command {
    /// What a person types.
    pub name: String,
    /// The program in the environment's scripts directory.
    pub path: PathBuf,
    pub group: EntryPointGroup,
}

/// Two wheels, one path, different content: the later placement won, as in pip the last installed does. The path is in
/// the winner's RECORD only.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Clash {
    pub path: PathBuf,
    pub loser: PackageName,
    pub winner: PackageName,
}
