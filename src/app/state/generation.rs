//! Generations: immutable environments of an app, built in place and never moved.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::host::{Boot, FileKind, Host, Timestamp};
use crate::python::{Identity, Interpreter};
use crate::vocab::{
    Digest, Digests, DirectReference, Location, PackageName, Pin, Role, SafePath, Sha256, Version, WheelName,
};
use crate::wheel::RecordHash;

use crate::app::error::AppError;
use crate::app::request::Request;

use super::directories::AppDirectories;
use super::fingerprint::fingerprint;
use super::inventory::OwnEntry;
use super::name::AppName;
use super::schema::check_schema;

/// Raised when the content of a generation is laid out differently: generations of another layout are not reused.
const LAYOUT: u32 = 1;

/// The newest form of `complete` that this version reads, and the one it writes.
pub(in crate::app) const SCHEMA: u32 = 1;

/// The file that makes a directory a generation. Written last.
pub(in crate::app) const COMPLETE: &str = "complete";

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
    pub record: GenerationRecord,
}

/// The record of a generation: the content of its `complete`.
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
    pub request: Request,
    pub python: RecordedPython,
    #[serde(default)]
    pub commands: Vec<InstalledCommand>,
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
    /// Where it came from, without credentials.
    pub location: Location,
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<DirectReference>,
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
            size: None,
            extras: Vec::new(),
            dependencies: Vec::new(),
            role: self.role,
            direct: self.direct.clone(),
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

/// The generation in a directory; `None` when it is not complete.
pub(in crate::app) fn read(host: &Host, root: &Path) -> Result<Option<GenerationRecord>, AppError> {
    let path = root.join(COMPLETE);
    let bytes = match host.files.read_if_present(&path) {
        Err(error) if error.source.kind() == ErrorKind::IsADirectory => {
            return Err(AppError::Malformed { path, source: Box::new(error.source) });
        }
        read => read?,
    };
    let Some(bytes) = bytes else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    check_schema(&path, &text, SCHEMA)?;
    match toml::from_str(&text) {
        Ok(record) => match outside(&record) {
            Some(outside) => Err(AppError::Malformed { path, source: outside.into() }),
            None => Ok(Some(record)),
        },
        Err(source) => Err(AppError::Malformed { path, source: Box::new(source) }),
    }
}

/// The first path that leads out of the generation: somebody edited its `complete`.
fn outside(record: &GenerationRecord) -> Option<String> {
    let commands = record.commands.iter().map(|command| &command.script);
    let records = record.wheels.iter().map(|wheel| &wheel.record);
    let own = record.own.iter().map(|entry| match entry {
        OwnEntry::File { path, .. } | OwnEntry::Link { path, .. } => path,
    });
    let path = commands.chain(records).chain(own).find(|path| SafePath::parse(path).is_err())?;
    Some(format!("`{path}` is not a path inside it"))
}

/// Makes a directory a generation: everything in it is finished.
pub(in crate::app) fn write_complete(host: &Host, root: &Path, record: &GenerationRecord) -> Result<(), AppError> {
    let text = toml::to_string(record).map_err(|source| AppError::Unwritable { what: COMPLETE, source })?;
    Ok(host.files.write_atomic(&root.join(COMPLETE), text.as_bytes())?)
}
