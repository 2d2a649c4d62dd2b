//! Generations: immutable environments of an app, built in place and never moved.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::host::{Boot, FileKind, Host};
use crate::python::{Identity, Interpreter};
use crate::vocab::{
    Digest, Digests, DirectReference, Location, PackageName, Pin, Role, Sha256, Timestamp, Version, WheelName,
};
use crate::wheel::RecordHash;

use crate::app::error::AppError;
use crate::app::request::Request;

use super::chosen_build::ChosenBuild;
use super::directories::AppDirectories;
use super::fingerprint::fingerprint;
use super::inventory::OwnEntry;
use super::name::AppName;

/// Raised when the content of a generation is laid out differently: generations of another layout are not reused.
const LAYOUT: u32 = 2;

/// The newest form of a record that this version reads, and the one it writes.
pub(in crate::app) const SCHEMA: u32 = 1;

/// The directory name of a generation: a number that counts up and is never reused, and a hash of the content.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GenerationName {
    pub number: u32,
    pub id: String,
}

/// A generation that is complete.
#[derive(Clone, Debug, PartialEq)]
pub struct Generation {
    pub name: GenerationName,
    pub root: PathBuf,
    /// The file of its record.
    pub record_path: PathBuf,
    pub record: GenerationRecord,
}

/// The record of a generation, which makes a directory a generation. Written last.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct GenerationRecord {
    pub schema: u32,
    pub app: AppName,
    pub version: Version,
    pub created: Timestamp,
    pub files: u64,
    pub bytes: u64,
    /// The boot of the machine during which it was written, unless its files were synced: after another boot they are
    /// compared with this record before they are used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsynced_since: Option<Boot>,
    /// True once a repair found its files changed: the next change of the app removes it, however few others there are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_damaged: bool,
    pub request: Request,
    /// Absent without `--accelerator`, or if no package has builds for accelerators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<ChosenBuild>,
    pub python: RecordedPython,
    #[serde(default)]
    pub commands: Vec<InstalledCommand>,
    /// The manual pages and completions to link, relative to the generation, with `/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared: Vec<String>,
    /// The files that came with no wheel: links to the interpreter, activation scripts, `pyvenv.cfg`.
    pub own: Vec<OwnEntry>,
    #[serde(default)]
    pub wheels: Vec<InstalledWheel>,
}

/// The interpreter that a generation was made with.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RecordedPython {
    pub executable: PathBuf,
    pub version: Version,
    pub identity: Identity,
}

/// A command of the app.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct InstalledCommand {
    pub name: String,
    /// Relative to the generation, with `/`.
    pub script: String,
    pub kind: CommandKind,
}

/// The kind of a command: on Windows, a GUI command opens no terminal.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CommandKind {
    Console,
    Gui,
}

/// A wheel in a generation.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct InstalledWheel {
    pub name: PackageName,
    pub version: Version,
    pub file: WheelName,
    pub digest: Digest,
    /// True if nobody stated the digest: it is the one that was found when the wheel was first installed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_unhashed: bool,
    /// Where it came from, without credentials.
    pub location: Location,
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<DirectReference>,
    /// The digest of the source distribution of an index that it was built from; its address is the location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub built_from: Option<Digest>,
    /// Its RECORD, relative to the environment with `/`; it lists all files of the wheel in this environment.
    pub record: String,
    pub record_hash: RecordHash,
}

impl GenerationName {
    /// Parses `<number>-<id>`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, id) = text.split_once('-')?;
        let is_id = id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        Some(Self { number: number.parse().ok()?, id: is_id.then(|| id.to_owned())? })
    }

    /// The name that a path ends with.
    pub(in crate::app) fn of_directory(path: &Path) -> Option<Self> {
        path.file_name().and_then(|name| name.to_str()).and_then(Self::parse)
    }

    /// The directory's name.
    pub fn directory(&self) -> String {
        format!("{}-{}", self.number, self.id)
    }
}

impl InstalledWheel {
    /// The digest that names it in the store.
    pub(in crate::app) fn sha256(&self) -> Option<Sha256> {
        self.digest.sha256()
    }

    /// The pin that brings exactly this wheel again.
    pub(in crate::app) fn pin(&self) -> Pin {
        Pin {
            name: self.name.clone(),
            version: self.version.clone(),
            wheel: self.file.clone(),
            location: self.location.clone(),
            digests: Digests::new(vec![self.digest.clone()]),
            is_hash_stated: !self.is_unhashed,
            size: None,
            extras: Vec::new(),
            dependencies: Vec::new(),
            role: self.role,
            direct: self.direct.clone(),
            built_from: self.built_from.clone(),
        }
    }
}

impl Generation {
    /// Returns true if the programs of its commands still exist.
    pub(in crate::app) fn has_commands(&self, host: &Host) -> bool {
        self.record.commands.iter().all(|command| host.files.is_file(&self.root.join(&command.script)))
    }
}

impl GenerationRecord {
    /// The packages of the generation with their versions.
    pub(in crate::app) fn versions(&self) -> Vec<(PackageName, Version)> {
        self.wheels.iter().map(|wheel| (wheel.name.clone(), wheel.version.clone())).collect()
    }
}

impl RecordedPython {
    /// The recorded facts of an interpreter.
    pub fn of(interpreter: &Interpreter) -> Self {
        Self {
            executable: interpreter.executable.clone(),
            version: interpreter.version.clone(),
            identity: interpreter.identity(),
        }
    }
}

/// The hash of a generation's content: request, wheels, interpreter, layout. A wheel
/// whose digest nobody stated could be any: such a generation equals no other, and `number` makes its hash its own.
pub(in crate::app) fn id(request: &Request, pins: &[Pin], interpreter: &Interpreter, number: u32) -> String {
    let unique = pins.iter().any(|pin| pin.digests.is_none()).then_some(number);
    fingerprint(&(LAYOUT, request, content(pins), interpreter.identity(), unique))
}

/// The parts of pins that decide the content of an environment: not where the bytes come from.
pub(in crate::app) fn content(pins: &[Pin]) -> impl Serialize {
    let decisive = |pin: &Pin| (pin.wheel.clone(), pin.digests.clone(), pin.role, pin.direct.clone());
    pins.iter().map(decisive).collect::<Vec<_>>()
}

/// All directories among an app's generations, complete or not, lowest number first.
pub(in crate::app) fn directories(
    host: &Host,
    directories: &AppDirectories,
) -> Result<Vec<(GenerationName, PathBuf)>, AppError> {
    let mut found = Vec::new();
    for path in host.files.list(&directories.generations())? {
        if let Some(name) = GenerationName::of_directory(&path)
            && host.files.kind(&path)? == Some(FileKind::Directory)
        {
            found.push((name, path));
        }
    }
    found.sort_by_key(|(name, _)| name.number);
    Ok(found)
}
