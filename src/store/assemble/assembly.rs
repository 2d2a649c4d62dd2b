//! The input of an assembly and its result.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::store::StoredWheel;
use crate::vocab::{DirectReference, PackageName, Role};
use crate::wheel::{EntryPointGroup, RecordHash};

/// How files of the store are put into an environment.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkMode {
    /// Each file is copied: the environment does not depend on the store.
    Copy,
    /// Each file shares its blocks with the store if the file systems allow it, as a hard link or a clone; otherwise it
    /// is copied.
    #[default]
    File,
}

/// How an environment is assembled.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AssemblyOptions {
    pub link_mode: LinkMode,
    pub variables: CallerVariables,
}

/// The treatment by scripts of the caller's `PYTHONPATH` and `PYTHONHOME`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CallerVariables {
    Keep,
    /// Python never sees them, unless the script is started as a part of its own environment.
    Remove,
}

/// A wheel to put into an environment.
#[derive(Clone, Copy, Debug)]
pub struct Placement<'a> {
    pub wheel: &'a StoredWheel,
    pub role: Role,
    pub direct: Option<&'a DirectReference>,
}

/// The result of an assembly.
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
    /// The number of its files, generated ones included.
    pub files: usize,
    /// The sum of their sizes.
    pub bytes: u64,
    /// Its commands, sorted by name: entry points and scripts.
    pub commands: Vec<Command>,
    /// Its RECORD, which lists all of its files with their hashes.
    pub record: PathBuf,
    pub record_hash: RecordHash,
}

/// A command of a wheel.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Command {
    /// The name that a person types.
    pub name: String,
    /// The program in the environment's scripts directory.
    pub path: PathBuf,
    pub group: EntryPointGroup,
}

/// Two wheels have different files for one path. pip keeps that of the wheel that it installs last, after its dependencies.
/// The path is in the winner's RECORD only.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Clash {
    pub path: PathBuf,
    pub loser: PackageName,
    pub winner: PackageName,
}
