//! The managed Pythons of the home: one directory for each build, and a record beside it that is written last. A directory
//! without a record is unfinished.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::app::error::AppError;
use crate::host::{FileKind, Host, checkpoint};
use crate::python::managed::BuildName;
use crate::vocab::{Address, Digest, Timestamp};

use super::directories::Directories;
use super::home;
use super::python_name;
use super::schema::check_schema;

/// The newest form of a record that this version reads, and the one it writes.
pub(in crate::app) const SCHEMA: u32 = 1;

/// A managed Python that is installed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ManagedPython {
    pub name: BuildName,
    /// Its directory.
    pub root: PathBuf,
    pub record: PythonRecord,
}

/// The record of a managed Python.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PythonRecord {
    pub schema: u32,
    pub reason: PythonReason,
    pub installed: Timestamp,
    /// The digest of the archive.
    pub digest: Digest,
    /// The address of the archive, without secrets.
    pub location: Address,
    pub files: u64,
    pub bytes: u64,
}

/// The reason why a Python was installed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PythonReason {
    /// An app needed it: it goes when no app does.
    Automatic,
    /// A person asked for it: it stays until a person removes it.
    Requested,
}

/// The managed Pythons that are installed, newest first.
///
/// # Errors
/// [`AppError::Malformed`] and [`AppError::NewerSchema`] for a record that cannot be read.
pub(in crate::app) fn installed_pythons(
    host: &Host,
    directories: &Directories,
) -> Result<Vec<ManagedPython>, AppError> {
    let mut pythons = Vec::new();
    if !home::is_ours(host, directories)? {
        return Ok(pythons);
    }
    for path in host.files.list(&directories.pythons())? {
        if let Some(name) = python_name::of_path(&path)
            && path == directories.python(&name)
            && let Some(python) = installed_python(host, directories, &name)?
        {
            pythons.push(python);
        }
    }
    pythons.sort_by(|one, other| one.name.newest_first(&other.name));
    Ok(pythons)
}

/// The managed Python of a build, if it is installed.
pub(in crate::app) fn installed_python(
    host: &Host,
    directories: &Directories,
    name: &BuildName,
) -> Result<Option<ManagedPython>, AppError> {
    let (root, path) = (directories.python(name), directories.python_record(name));
    if host.files.kind(&root)? != Some(FileKind::Directory) {
        return Ok(None);
    }
    let bytes = match host.files.read_if_present(&path) {
        Err(error) if error.is_of_another_kind() => {
            return Err(AppError::Malformed { path, source: Box::new(error.source) });
        }
        read => read?,
    };
    let Some(bytes) = bytes else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    check_schema(&path, &text, SCHEMA)?;
    let record = toml::from_str(&text).map_err(|source| AppError::Malformed { path, source: Box::new(source) })?;
    Ok(Some(ManagedPython { name: name.clone(), root, record }))
}

/// Writes the record of a Python: from then on it is installed.
pub(in crate::app) fn write_python_record(
    host: &Host,
    directories: &Directories,
    name: &BuildName,
    record: &PythonRecord,
) -> Result<(), AppError> {
    let text = toml::to_string(record).map_err(|source| AppError::Unwritable { what: "record of a Python", source })?;
    let path = directories.python_record(name);
    host.files.write_atomic_with_mode(&path, text.as_bytes(), directories.record_mode())?;
    checkpoint("python recorded");
    Ok(())
}

/// Removes a Python, or what an interrupted installation or removal left of one. Its lock, or that of all, is held.
pub(in crate::app) fn remove_python(host: &Host, directories: &Directories, name: &BuildName) -> Result<(), AppError> {
    host.files.remove_any(&directories.python_record(name))?;
    host.files.remove_any(&directories.python(name))?;
    checkpoint("python removed");
    Ok(())
}
