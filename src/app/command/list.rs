//! The installed applications.

use std::path::PathBuf;

use serde::Serialize;

use crate::host::{FileKind, Host, Timestamp};
use crate::vocab::{Requirement, Version};

use crate::app::state::app_state::{self as state, State};
use crate::app::state::generation::Generation;
use crate::app::state::interpreter::{self, Standing};
use crate::app::{AppError, AppName, InstalledCommand, Places};

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
    /// What keeps it from working, where that shows without reading its files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    pub generation: String,
    pub created: Timestamp,
    pub packages: usize,
    pub files: u64,
    pub bytes: u64,
    pub commands: Vec<InstalledCommand>,
    /// All that can be rolled back to, the current one included; lowest number first.
    pub generations: Vec<ListedGeneration>,
}

/// A generation of an application.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListedGeneration {
    pub number: u32,
    pub generation: String,
    pub current: bool,
    pub version: Version,
    pub created: Timestamp,
    pub bytes: u64,
    pub python: Version,
    pub interpreter: PathBuf,
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
    /// What to do about it.
    #[serde(skip)]
    pub advice: String,
}

/// Every installed application by name, those that `run` made left out.
pub fn list(host: &Host, places: &Places) -> Result<Listing, AppError> {
    let mut listing = Listing::default();
    for name in visible(host, places)? {
        let app = places.app(&name);
        if !state::is_installed(host, &app)? {
            continue;
        }
        let problem = match state::read(host, &app) {
            Ok(State { current: Some(current), generations, .. }) => {
                listing.apps.push(installed(host, places, name, current, &generations)?);
                continue;
            }
            Ok(state) if host.files.kind(&app.pointer())?.is_none() && state.receipt.is_none() => {
                "its pointer is missing".to_owned()
            }
            Ok(_) => "its current generation is damaged or missing".to_owned(),
            Err(error) => {
                let advice = error.hint().unwrap_or_else(|| mend(&name));
                listing.broken.push(BrokenApp { app: name, problem: error.to_string(), advice });
                continue;
            }
        };
        listing.broken.push(BrokenApp { advice: mend(&name), app: name, problem });
    }
    Ok(listing)
}

fn mend(app: &AppName) -> String {
    format!("repair it with `kingbolt verify --repair {app}`, or uninstall it")
}

fn installed(
    host: &Host,
    places: &Places,
    name: AppName,
    current: Generation,
    generations: &[Generation],
) -> Result<InstalledApp, AppError> {
    let generation = current.name.directory();
    let generations = generations.iter().map(|one| listed(one, one.name == current.name)).collect();
    let facts = current.facts;
    let problem = match interpreter::standing(host, places, &facts.python)? {
        Standing::Stands(_) => None,
        Standing::Lost(problem) => Some(problem),
    };
    Ok(InstalledApp {
        app: name,
        version: facts.version,
        request: facts.request.requirement,
        with: facts.request.with,
        interpreter_found: host.files.is_file(&facts.python.executable),
        problem,
        python: facts.python.version,
        interpreter: facts.python.executable,
        generation,
        created: facts.created,
        packages: facts.wheels.len(),
        files: facts.files,
        bytes: facts.bytes,
        commands: facts.commands,
        generations,
    })
}

fn listed(generation: &Generation, current: bool) -> ListedGeneration {
    let facts = &generation.facts;
    ListedGeneration {
        number: generation.name.number,
        generation: generation.name.directory(),
        current,
        version: facts.version.clone(),
        created: facts.created,
        bytes: facts.bytes,
        python: facts.python.version.clone(),
        interpreter: facts.python.executable.clone(),
    }
}

/// The names of all applications but those that `run` made.
pub fn visible(host: &Host, places: &Places) -> Result<Vec<AppName>, AppError> {
    let mut names = names(host, places)?;
    names.retain(|name| !name.is_hidden());
    Ok(names)
}

/// The names of everything that has a directory among the applications, hidden ones included.
pub(in crate::app) fn names(host: &Host, places: &Places) -> Result<Vec<AppName>, AppError> {
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

/// The error for an application that is not there.
pub(in crate::app) fn not_installed(host: &Host, places: &Places, app: &AppName) -> Result<AppError, AppError> {
    let mut installed = names(host, places)?;
    installed.retain(|app| state::is_installed(host, &places.app(app)).unwrap_or(true));
    Ok(AppError::NotInstalled { app: app.clone(), installed })
}
