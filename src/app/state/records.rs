//! The records of an app's generations. They lie beside the generations and not in them, where a wheel could write.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::host::{FileKind, Host, checkpoint};
use crate::vocab::SafePath;

use super::directories::AppDirectories;
use super::generation::{Generation, GenerationName, GenerationRecord, SCHEMA};
use super::home;
use super::inventory::OwnEntry;
use super::pointer::{self, Pointer};
use super::receipt::Receipt;
use super::schema::check_schema;

/// The record that 0.1.0 wrote into a generation.
pub(in crate::app) const COMPLETE: &str = "complete";

/// The extension of a record.
const EXTENSION: &str = "toml";

/// The records of one app.
#[derive(Debug)]
pub(in crate::app) struct Records<'a> {
    host: &'a Host,
    directories: &'a AppDirectories,
    /// The generations of 0.1.0, whose records lie in them.
    earlier: BTreeSet<String>,
}

impl<'a> Records<'a> {
    /// The records of an app. Of an app that only 0.1.0 has changed, those generations count that its pointer or its
    /// receipt names: only a finished change could write that, while the record itself may come from a wheel.
    pub(in crate::app) fn open(host: &'a Host, directories: &'a AppDirectories) -> Result<Self, AppError> {
        let mut earlier = BTreeSet::new();
        if host.files.kind(&directories.records())?.is_none() {
            if let Ok(Pointer::To(name)) = pointer::read(host, directories) {
                earlier.insert(name.directory());
            }
            if let Ok(Some(receipt)) = Receipt::read(host, directories) {
                earlier.extend(receipt.history.into_iter().map(|entry| entry.generation));
            }
        }
        Ok(Self { host, directories, earlier })
    }

    /// The file of the record of a generation, whether it exists or not.
    pub(in crate::app) fn path(&self, name: &GenerationName) -> PathBuf {
        if self.earlier.contains(&name.directory()) {
            return self.directories.generations().join(name.directory()).join(COMPLETE);
        }
        self.directories.records().join(file_name(name))
    }

    /// The record of a generation; `None` if it is not complete.
    pub(in crate::app) fn read(&self, name: &GenerationName) -> Result<Option<GenerationRecord>, AppError> {
        read(self.host, &self.path(name))
    }

    /// The generations that have, or had, a record beside them.
    pub(in crate::app) fn names(&self) -> Result<Vec<GenerationName>, AppError> {
        let paths = self.host.files.list(&self.directories.records())?;
        Ok(paths.iter().filter_map(|path| path.file_stem()?.to_str().and_then(GenerationName::parse)).collect())
    }
}

/// Writes the record of a generation: from then on it is complete. The records of the complete generations of 0.1.0 are
/// moved out of them first, all at once.
pub(in crate::app) fn write(
    host: &Host,
    directories: &AppDirectories,
    complete: &[Generation],
    name: &GenerationName,
    record: &GenerationRecord,
) -> Result<PathBuf, AppError> {
    let (records, mode) = (directories.records(), directories.record_mode());
    if !complete.is_empty() && host.files.kind(&records)?.is_none() {
        let staged = host.files.stage(&records)?;
        for generation in complete {
            create(host, &staged.path().join(file_name(&generation.name)), mode, &generation.record)?;
        }
        staged.commit()?;
        host.files.sync_dir(directories.root())?;
    }
    let path = records.join(file_name(name));
    create(host, &path, mode, record)?;
    Ok(path)
}

/// Writes a changed record to its file.
pub(in crate::app) fn write_record(host: &Host, path: &Path, record: &GenerationRecord) -> Result<(), AppError> {
    Ok(host.files.rewrite_atomic(path, text(record)?.as_bytes())?)
}

fn create(host: &Host, path: &Path, mode: u32, record: &GenerationRecord) -> Result<(), AppError> {
    Ok(host.files.write_atomic_with_mode(path, text(record)?.as_bytes(), mode)?)
}

fn text(record: &GenerationRecord) -> Result<String, AppError> {
    toml::to_string(record).map_err(|source| AppError::Unwritable { what: "record of a generation", source })
}

/// Records that a generation is damaged, or that it no longer is.
pub(in crate::app) fn mark_damaged(host: &Host, generation: &mut Generation, is_damaged: bool) -> Result<(), AppError> {
    if generation.record.is_damaged != is_damaged {
        generation.record.is_damaged = is_damaged;
        write_record(host, &generation.record_path, &generation.record)?;
        checkpoint("damage recorded");
    }
    Ok(())
}

/// Removes all records but those of some generations, and of links to generations that somebody moved elsewhere.
pub(in crate::app) fn retain(host: &Host, directories: &AppDirectories, kept: &[Generation]) -> Result<(), AppError> {
    let kept: BTreeSet<String> = kept.iter().map(|generation| generation.name.directory()).collect();
    for path in host.files.list(&directories.records())? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let generation = directories.generations().join(name.as_ref());
        let is_kept = kept.contains(name.as_ref()) || host.files.kind(&generation)? == Some(FileKind::Symlink);
        if home::is_record(&path) && !is_kept {
            host.files.remove_any(&path)?;
        }
    }
    Ok(())
}

fn file_name(name: &GenerationName) -> String {
    format!("{}.{EXTENSION}", name.directory())
}

fn read(host: &Host, path: &Path) -> Result<Option<GenerationRecord>, AppError> {
    let bytes = match host.files.read_if_present(path) {
        Err(error) if error.is_of_another_kind() => {
            return Err(AppError::Malformed { path: path.to_owned(), source: Box::new(error.source) });
        }
        read => read?,
    };
    let Some(bytes) = bytes else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    check_schema(path, &text, SCHEMA)?;
    let malformed = |source| AppError::Malformed { path: path.to_owned(), source };
    let record = toml::from_str(&text).map_err(|source| malformed(Box::new(source)))?;
    match unsafe_name(&record) {
        Some(reason) => Err(malformed(reason.into())),
        None => Ok(Some(record)),
    }
}

/// The first name of a command that is not a file name, or path that leads out of the generation.
fn unsafe_name(record: &GenerationRecord) -> Option<String> {
    let is_file_name = |name: &str| SafePath::parse(name).is_ok_and(|path| path.parent().is_none());
    if let Some(command) = record.commands.iter().find(|command| !is_file_name(&command.name)) {
        return Some(format!("`{}` is not the name of a command", command.name.escape_debug()));
    }
    let commands = record.commands.iter().map(|command| &command.script);
    let records = record.wheels.iter().map(|wheel| &wheel.record);
    let own = record.own.iter().map(|entry| match entry {
        OwnEntry::File { path, .. } | OwnEntry::Link { path, .. } => path,
    });
    let path = commands.chain(records).chain(own).chain(&record.shared).find(|path| SafePath::parse(path).is_err())?;
    Some(format!("`{path}` is not a path inside it"))
}
