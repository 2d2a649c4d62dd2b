//! The installed applications.

use std::path::PathBuf;

use serde::Serialize;

use crate::host::{FileKind, Host, Timestamp};
use crate::vocab::{Requirement, Version};

use super::generation::Generation;
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

/// What is installed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    pub apps: Vec<InstalledApp>,
    pub broken: Vec<BrokenApp>,
}

/// An application that is there and cannot be understood. The others are listed all the same.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct BrokenApp {
    pub app: AppName,
    pub problem: String,
}

/// Every installed application by name, those that `run` made left out.
pub fn list(host: &Host, places: &Places) -> Result<Listing, AppError> {
    let mut listing = Listing::default();
    for name in names(host, places)? {
        if name.is_hidden() {
            continue;
        }
        let app = places.app(&name);
        let problem = match state::read(host, &app).map(|state| state.current) {
            Ok(Some(current)) => {
                listing.apps.push(installed(host, name, current));
                continue;
            }
            // Another process may be installing it for the first time: then it has no pointer yet.
            Ok(None) if host.files.kind(&app.pointer())?.is_none() => continue,
            Ok(None) => "its current generation is damaged or gone".to_owned(),
            Err(error) => error.to_string(),
        };
        listing.broken.push(BrokenApp { app: name, problem });
    }
    Ok(listing)
}

fn installed(host: &Host, name: AppName, current: Generation) -> InstalledApp {
    let generation = current.name.directory();
    let facts = current.facts;
    InstalledApp {
        app: name,
        version: facts.version,
        request: facts.request.requirement,
        with: facts.request.with,
        interpreter_found: host.files.is_file(&facts.python.executable),
        python: facts.python.version,
        interpreter: facts.python.executable,
        generation,
        created: facts.created,
        packages: facts.wheels.len(),
        files: facts.files,
        bytes: facts.bytes,
        commands: facts.commands,
    }
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
