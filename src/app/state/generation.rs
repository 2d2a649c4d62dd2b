//! Generations: immutable environments of an application, built in place and never moved.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::host::{Boot, FileKind, Host, Timestamp, is_staged};
use crate::python::Interpreter;
use crate::vocab::{
    Digest, Digests, DirectReference, Location, PackageName, Pin, Role, SafePath, Sha256, Version, WheelName,
};
use crate::wheel::RecordHash;

use crate::app::state::fingerprint::fingerprint;
use crate::app::state::inventory::OwnEntry;
use crate::app::{AppError, AppName, AppPlaces, Request, check_schema};

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
    pub facts: Complete,
}

/// What `complete` says.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Complete {
    pub schema: u32,
    pub app: AppName,
    pub version: Version,
    pub created: Timestamp,
    pub files: u64,
    pub bytes: u64,
    /// The boot of the machine in which it was written, where nobody made sure that its files are on the disk: after
    /// another boot they are compared with what is written here before they are trusted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsynced_since: Option<Boot>,
    pub request: Request,
    pub python: PythonFacts,
    #[serde(default)]
    pub commands: Vec<InstalledCommand>,
    /// What no wheel brought: links to the interpreter, activation scripts, `pyvenv.cfg`.
    pub own: Vec<OwnEntry>,
    #[serde(default)]
    pub wheels: Vec<InstalledWheel>,
}

/// The interpreter that a generation was made with.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PythonFacts {
    pub executable: PathBuf,
    pub version: Version,
    pub identity: String,
}

/// A command of the application.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct InstalledCommand {
    pub name: String,
    /// Relative to the generation, with `/`.
    pub script: String,
    pub kind: CommandKind,
}

/// Whether a command opens a terminal on Windows.
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
    /// Whether the programs of its commands still stand: somebody may have tidied up by hand.
    pub(in crate::app) fn has_its_commands(&self, host: &Host) -> bool {
        self.facts.commands.iter().all(|command| host.files.is_file(&self.root.join(&command.script)))
    }
}

impl PythonFacts {
    /// What is worth keeping of an interpreter.
    pub fn of(interpreter: &Interpreter) -> Self {
        Self {
            executable: interpreter.executable.clone(),
            version: interpreter.version.clone(),
            identity: interpreter.identity(),
        }
    }
}

/// The hash that tells whether two generations have the same content: request, wheels, interpreter, layout. A wheel
/// whose digest nobody stated could be any: such a generation equals no other, and `number` makes its hash its own.
pub(in crate::app) fn id(request: &Request, pins: &[Pin], interpreter: &Interpreter, number: u32) -> String {
    let unique = pins.iter().any(|pin| pin.digests.is_none()).then_some(number);
    fingerprint(&(LAYOUT, request, content(pins), interpreter.identity(), unique))
}

/// What of pins decides the content of an environment: not where the bytes come from.
pub(in crate::app) fn content(pins: &[Pin]) -> impl Serialize {
    let decisive = |pin: &Pin| (pin.wheel.clone(), pin.digests.clone(), pin.role, pin.direct.clone());
    pins.iter().map(decisive).collect::<Vec<_>>()
}

/// All directories among an application's generations, complete or not, lowest number first.
pub(in crate::app) fn directories(host: &Host, places: &AppPlaces) -> Result<Vec<(GenerationName, PathBuf)>, AppError> {
    let mut found = Vec::new();
    for path in host.files.list(&places.generations())? {
        let name = path.file_name().and_then(|name| name.to_str()).and_then(GenerationName::parse);
        if let Some(name) = name
            && host.files.kind(&path)? == Some(FileKind::Directory)
        {
            found.push((name, path));
        }
    }
    found.sort_by_key(|(name, _)| name.number);
    Ok(found)
}

/// The complete generations of an application, lowest number first. One whose `complete` is damaged is none.
pub(in crate::app) fn complete(host: &Host, places: &AppPlaces) -> Result<Vec<Generation>, AppError> {
    let mut generations = Vec::new();
    for (name, root) in directories(host, places)? {
        match read(host, &root) {
            Ok(Some(facts)) => generations.push(Generation { name, root, facts }),
            Ok(None) | Err(AppError::Malformed { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(generations)
}

/// What is left of generations that were never finished, or not removed to the end, or damaged; and what a killed
/// process left beside the pointer and the receipt.
pub(in crate::app) fn unfinished(host: &Host, places: &AppPlaces) -> Result<Vec<PathBuf>, AppError> {
    let mut found = Vec::new();
    for path in host.files.list(&places.generations())? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_generation = GenerationName::parse(name).is_some();
        let is_incomplete = || matches!(read(host, &path), Ok(None) | Err(AppError::Malformed { .. }));
        if is_staged(&path) || is_generation && is_incomplete() {
            found.push(path);
        }
    }
    found.extend(host.files.list(places.root())?.into_iter().filter(|path| is_staged(path)));
    Ok(found)
}

/// The generation in a directory; `None` when it is not complete.
pub(in crate::app) fn read(host: &Host, root: &Path) -> Result<Option<Complete>, AppError> {
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
        Ok(facts) => match outside(&facts) {
            Some(outside) => Err(AppError::Malformed { path, source: outside.into() }),
            None => Ok(Some(facts)),
        },
        Err(source) => Err(AppError::Malformed { path, source: Box::new(source) }),
    }
}

/// Says which path leads out of the generation, where somebody edited `complete` so that one does.
fn outside(facts: &Complete) -> Option<String> {
    let commands = facts.commands.iter().map(|command| &command.script);
    let records = facts.wheels.iter().map(|wheel| &wheel.record);
    let own = facts.own.iter().map(|entry| match entry {
        OwnEntry::File { path, .. } | OwnEntry::Link { path, .. } => path,
    });
    let path = commands.chain(records).chain(own).find(|path| SafePath::parse(path).is_err())?;
    Some(format!("`{path}` is not a path inside it"))
}

/// Makes a directory a generation: everything in it is finished.
pub(in crate::app) fn write_complete(host: &Host, root: &Path, facts: &Complete) -> Result<(), AppError> {
    let text = toml::to_string(facts).map_err(|source| AppError::Unwritable { what: COMPLETE, source })?;
    Ok(host.files.write_atomic(&root.join(COMPLETE), text.as_bytes())?)
}
