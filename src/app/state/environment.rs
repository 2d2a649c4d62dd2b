//! Environments of `sync`. Each holds a record of its content, which travels with it; the home keeps, for each directory,
//! the id of the environment that was built there and the paths that were written. Only where the two agree do paths alone
//! say which files are Kingbolt's: anybody can copy a record.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::error::AppError;
use crate::host::{Host, Sharing, checkpoint, is_staged, staged_for};
use crate::store::ENVIRONMENT_RECORD;
use crate::vocab::SafePath;

use super::directories::Directories;
use super::generation::{InstalledWheel, RecordedPython};
use super::inventory::OwnEntry;
use super::marker::is_id;
use super::schema::check_schema;

/// The newest form of a record, and of the knowledge of the home, that this version reads, and the one it writes.
pub(in crate::app) const SCHEMA: u32 = 1;

/// The most bytes of a record, which lies where anybody may have put it: with a thousand packages it has less than a tenth.
const LONGEST_RECORD: u64 = 16 << 20;

/// The most bytes of `pyvenv.cfg`, which has a few lines.
const LONGEST_CONFIGURATION: u64 = 1 << 20;

/// An environment that holds exactly the packages of a lock: the content of its record.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Environment {
    pub schema: u32,
    /// A hash of everything that decides the content.
    pub id: String,
    /// Random, and known to the home that built it. Version 0.1.0 wrote none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    pub files: u64,
    pub bytes: u64,
    /// Directories without files, relative to the environment with `/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub directories: Vec<String>,
    pub python: RecordedPython,
    /// The files that came with no wheel: links to the interpreter, activation scripts, `pyvenv.cfg`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub own: Vec<OwnEntry>,
    #[serde(default)]
    pub wheels: Vec<InstalledWheel>,
}

/// The knowledge of the home about one directory.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(in crate::app) struct KnownEnvironment {
    schema: u32,
    path: PathBuf,
    /// The environment that was built there last.
    pub current: Option<BuiltEnvironment>,
    /// A change that is under way, or was interrupted.
    pub change: Option<PendingChange>,
}

/// An environment, and the paths of everything that was written for it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(in crate::app) struct BuiltEnvironment {
    pub record: Environment,
    /// Relative with `/`; empty directories end with one.
    pub paths: Vec<String>,
}

/// A change of an environment in its directory.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(in crate::app) struct PendingChange {
    /// The random id of the new environment.
    pub environment: String,
    /// The directory in the environment's where the new one is built.
    pub staged: String,
    /// The directory in the environment's that the previous content is moved to.
    pub previous: String,
    /// The paths of the new content, once it is complete.
    pub paths: Vec<String>,
}

impl Environment {
    /// The record in a directory; `None` if there is none, or none that makes sense.
    ///
    /// # Errors
    /// [`AppError::NewerSchema`] when a newer version wrote it.
    pub(in crate::app) fn read(host: &Host, root: &Path) -> Result<Option<Self>, AppError> {
        let path = root.join(ENVIRONMENT_RECORD);
        if !host.files.is_file(&path) {
            return Ok(None);
        }
        let Ok(bytes) = host.files.read_at_most(&path, LONGEST_RECORD) else { return Ok(None) };
        let text = String::from_utf8_lossy(&bytes);
        match check_schema(&path, &text, SCHEMA) {
            Err(AppError::Malformed { .. }) => return Ok(None),
            checked => checked?,
        }
        let environment = toml::from_str::<Self>(&text).ok();
        Ok(environment.filter(|environment| environment.is_valid() && environment.has_marker(host, root)))
    }

    /// Writes the record, which makes the environment complete. It is written in a directory of ours first.
    pub(in crate::app) fn write(&self, host: &Host, staged: &Path, root: &Path) -> Result<(), AppError> {
        let text = toml::to_string(self).map_err(|source| AppError::Unwritable { what: ENVIRONMENT_RECORD, source })?;
        let written = staged.join(ENVIRONMENT_RECORD);
        host.files.write_atomic(&written, text.as_bytes())?;
        host.files.rename(&written, &root.join(ENVIRONMENT_RECORD))?;
        host.files.sync_dir(root)?;
        checkpoint("record written");
        Ok(())
    }

    /// Every path of a record stays below the environment.
    fn is_valid(&self) -> bool {
        let wheels = self.wheels.iter().map(|wheel| &wheel.record);
        let own = self.own.iter().map(|entry| match entry {
            OwnEntry::File { path, .. } | OwnEntry::Link { path, .. } => path,
        });
        wheels.chain(own).chain(&self.directories).all(|path| SafePath::parse(path).is_ok())
            && self.environment.as_ref().is_none_or(|id| is_id(id))
    }

    /// A record of version 0.1.0 is known by what that version wrote beside it: others have files of that name too.
    fn has_marker(&self, host: &Host, root: &Path) -> bool {
        let configuration =
            || host.files.read_text_at_most(&root.join("pyvenv.cfg"), LONGEST_CONFIGURATION).unwrap_or_default();
        self.environment.is_some() || configuration().lines().any(|line| line.starts_with("kingbolt = "))
    }
}

impl PendingChange {
    /// The directory in the environment's that is removed with the new files in it, if the change is undone.
    pub(in crate::app) fn discarded(&self) -> String {
        format!("{}-discarded", self.staged)
    }
}

impl KnownEnvironment {
    /// The knowledge about a directory, whose path has no links in it. What makes no sense counts as unknown.
    ///
    /// # Errors
    /// [`AppError::NewerSchema`] when a newer version wrote it.
    pub(in crate::app) fn read(host: &Host, directories: &Directories, root: &Path) -> Result<Self, AppError> {
        let unknown = Self { schema: SCHEMA, path: root.to_owned(), current: None, change: None };
        let file = directories.environment(root);
        Ok(read(host, &file)?.filter(|known| known.path == root).unwrap_or(unknown))
    }

    /// The knowledge about all directories. What makes no sense is left out.
    ///
    /// # Errors
    /// [`AppError::NewerSchema`] when a newer version wrote some of it.
    pub(in crate::app) fn all(host: &Host, directories: &Directories) -> Result<Vec<Self>, AppError> {
        let mut known = Vec::new();
        for file in host.files.list(&directories.environments())?.iter().filter(|file| !is_staged(file)) {
            known.extend(read(host, file)?);
        }
        Ok(known)
    }

    /// The directory of the environment.
    pub(in crate::app) fn path(&self) -> &Path {
        &self.path
    }

    /// The interpreter of the environment.
    pub(in crate::app) fn python(&self) -> Option<&Path> {
        self.current.as_ref().map(|current| current.record.python.executable.as_path())
    }

    /// Writes the knowledge; nothing is kept of a directory without an environment.
    pub(in crate::app) fn write(&self, host: &Host, directories: &Directories) -> Result<(), AppError> {
        let file = directories.environment(&self.path);
        if self.current.is_none() && self.change.is_none() {
            return Ok(host.files.remove_file(&file)?);
        }
        let failed = |source| AppError::Malformed { path: file.clone(), source: Box::new(source) };
        let text = serde_json::to_vec(self).map_err(failed)?;
        host.files.write_atomic_with_mode(&file, &text, directories.record_mode())?;
        checkpoint("environment noted");
        Ok(())
    }

    fn is_valid(&self) -> bool {
        let is_path = |path: &String| SafePath::parse(path.trim_end_matches('/')).is_ok();
        let is_name = |name: &String| {
            SafePath::parse(name).is_ok_and(|path| path.parent().is_none()) && is_staged(Path::new(name))
        };
        let is_current_valid =
            self.current.as_ref().is_none_or(|current| current.record.is_valid() && current.paths.iter().all(is_path));
        let is_change_valid = self.change.as_ref().is_none_or(|change| {
            is_name(&change.staged) && is_name(&change.previous) && change.paths.iter().all(is_path)
        });
        is_current_valid && is_change_valid
    }
}

/// Forgets environments whose directories, or records, somebody removed, and removes unfinished files of killed processes.
/// Files that stay do no harm.
pub(in crate::app) fn forget_missing(host: &Host, directories: &Directories) {
    for file in host.files.list(&directories.environments()).unwrap_or_default() {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let fingerprint = staged_for(name).unwrap_or(name).trim_end_matches(".json");
        let lock_path = directories.locks().join(format!("environment-{fingerprint}"));
        if (is_staged(&file) || is_missing(host, &file))
            && let Ok(lock) = host.locks.try_take(&lock_path, Sharing::Exclusive)
        {
            if is_staged(&file) || is_missing(host, &file) {
                let _ = host.files.remove_file(&file);
            }
            lock.remove();
        }
    }
}

/// Returns true if a file of the home tells of an environment that does not exist, in a directory where something else
/// does: an empty directory may be the mount point of a file system that comes back.
fn is_missing(host: &Host, file: &Path) -> bool {
    let Ok(Some(known)) = read(host, file) else { return false };
    let is_gone = |path: &Path| {
        let beside = path.parent().map(|parent| host.files.list(parent).unwrap_or_default()).unwrap_or_default();
        matches!(host.files.kind(path), Ok(None)) && !beside.is_empty()
    };
    // The directory exists while its environment is changed.
    is_gone(&known.path) || known.change.is_none() && is_gone(&known.path.join(ENVIRONMENT_RECORD))
}

fn read(host: &Host, file: &Path) -> Result<Option<KnownEnvironment>, AppError> {
    #[derive(Deserialize)]
    struct Head {
        schema: u32,
    }
    let Some(bytes) = host.files.read_if_present(file)? else { return Ok(None) };
    match serde_json::from_slice::<Head>(&bytes) {
        Ok(Head { schema }) if schema > SCHEMA => {
            Err(AppError::NewerSchema { path: file.to_owned(), schema: schema.into() })
        }
        Ok(_) => Ok(serde_json::from_slice(&bytes).ok().filter(KnownEnvironment::is_valid)),
        Err(_) => Ok(None),
    }
}
