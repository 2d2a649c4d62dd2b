//! The installed applications.

use std::path::PathBuf;

use serde::Serialize;

use crate::host::{FileKind, Host, Timestamp};
use crate::vocab::{Requirement, Version};

use super::{AppError, AppName, InstalledCommand, Places, state};

/// An installed application, as `list` shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InstalledApp {
    pub app: AppName,
    pub version: Version,
    pub request: Requirement,
    /// What was asked for beside it.
    pub with: Vec<Requirement>,
    pub python: Version,
    pub interpreter: PathBuf,
    /// Whether the interpreter still stands.
    pub interpreter_found: bool,
    pub generation: String,
    pub created: Timestamp,
    pub packages: usize,
    pub files: u64,
    pub bytes: u64,
    pub commands: Vec<InstalledCommand>,
}

/// Every installed application by name, those that `run` made left out.
pub fn list(host: &Host, places: &Places) -> Result<Vec<InstalledApp>, AppError> {
    let mut apps = Vec::new();
    for name in names(host, places)? {
        if name.is_hidden() {
            continue;
        }
        let Some(current) = state::read(host, &places.app(&name))?.current else { continue };
        let facts = current.facts;
        apps.push(InstalledApp {
            app: name,
            version: facts.version,
            request: facts.request.requirement,
            with: facts.request.with,
            interpreter_found: host.files.is_file(&facts.python.executable),
            python: facts.python.version,
            interpreter: facts.python.executable,
            generation: current.name.directory(),
            created: facts.created,
            packages: facts.wheels.len(),
            files: facts.files,
            bytes: facts.bytes,
            commands: facts.commands,
        });
    }
    Ok(apps)
}

/// The names of everything that has a directory among the applications, hidden ones included.
pub(super) fn names(host: &Host, places: &Places) -> Result<Vec<AppName>, AppError> {
    let mut names = Vec::new();
    for path in host.files.list(&places.apps())? {
        if host.files.kind(&path)? == Some(FileKind::Directory)
            && let Some(name) = path.file_name().and_then(|name| name.to_str())
            && let Ok(name) = name.parse()
        {
            names.push(name);
        }
    }
    Ok(names)
}
