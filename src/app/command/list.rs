//! `list`: the installed apps.

use std::path::PathBuf;

use serde::Serialize;

use crate::app::change::{LostCommand, lost_commands};
use crate::app::error::AppError;
use crate::app::request::{Executables, RequestedAccelerator, RequestedPython, Sources};
use crate::app::state::{
    AppName, AppState, ChosenBuild, Context, Generation, InstalledCommand, InstalledWheel, Pointer, Standing, all_apps,
    interpreter, is_installed, not_installed, visible_apps,
};
use crate::python::{PythonSource, python_source};
use crate::resolve::{AllowedBuilds, VersionRules};
use crate::vocab::{Digest, Location, Requirement, Timestamp, Version, WheelName};

/// An installed app, as `list` shows it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and a key of the document")]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InstalledApp {
    pub app: AppName,
    pub version: Version,
    pub request: Requirement,
    /// The lock that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<Location>,
    /// Further requirements of the same environment.
    pub with: Vec<Requirement>,
    #[serde(skip_serializing_if = "Executables::is_default")]
    pub executables: Executables,
    #[serde(skip_serializing_if = "VersionRules::is_default")]
    pub rules: VersionRules,
    /// The packages that may be built from source.
    #[serde(skip_serializing_if = "AllowedBuilds::is_nothing")]
    pub allowed_builds: AllowedBuilds,
    /// True if changes of its source code take effect at once.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub editable: bool,
    /// The indexes that were asked for.
    #[serde(skip_serializing_if = "Sources::is_default")]
    pub sources: Sources,
    /// The Python that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_python: Option<RequestedPython>,
    /// The accelerator that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_accelerator: Option<RequestedAccelerator>,
    /// The build that was chosen for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accelerator: Option<ChosenBuild>,
    pub python: Version,
    pub interpreter: PathBuf,
    /// Where the interpreter comes from.
    pub python_source: PythonSource,
    /// True if the interpreter still exists.
    pub interpreter_found: bool,
    /// A problem that keeps it from working, if it shows without reading its files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    pub generation: String,
    pub created: Timestamp,
    pub packages: usize,
    pub files: u64,
    pub bytes: u64,
    pub commands: Vec<InstalledCommand>,
    /// Manual pages and completions, relative to the environment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shared: Vec<String>,
    /// The commands that another app took over: they start that one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<LostCommand>,
    /// The wheels of which nobody stated a hash, with the hash that was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unhashed: Vec<UnhashedWheel>,
    /// True if `upgrade` leaves it as it is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// True if the caller's `PYTHONPATH` and `PYTHONHOME` reach the app.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub keep_pythonpath: bool,
    /// True if it can import the packages of the installation of its Python.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub system_site_packages: bool,
    /// The generations that `rollback` can reach, the current one included; lowest number first.
    pub generations: Vec<ListedGeneration>,
}

/// A wheel of which nobody stated a hash: later installations of the app hold it to the hash that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnhashedWheel {
    pub wheel: WheelName,
    pub digest: Digest,
}

/// A generation of an app.
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

/// The installed apps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    pub apps: Vec<InstalledApp>,
    pub broken: Vec<BrokenApp>,
}

/// An app that exists and cannot be read. The others are listed all the same.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct BrokenApp {
    pub app: AppName,
    pub problem: String,
    /// Advice for the person.
    #[serde(skip)]
    pub advice: String,
}

/// The apps to list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Selected {
    /// All, with those that `run` made.
    All,
    Named(Vec<AppName>),
    Visible,
}

/// Installed apps, by name.
///
/// # Errors
/// [`AppError::NotInstalled`] if an app that was named is not installed.
pub fn list(context: &Context<'_>, selected: &Selected) -> Result<Listing, AppError> {
    let Context { host, directories, .. } = *context;
    let mut listing = Listing::default();
    let apps = match selected {
        Selected::All => all_apps(host, directories)?,
        Selected::Named(named) => named.clone(),
        Selected::Visible => visible_apps(host, directories)?,
    };
    for app in apps {
        if !is_installed(host, &directories.app(&app))? {
            match selected {
                Selected::All | Selected::Visible => continue,
                Selected::Named(_) => return Err(not_installed(host, directories, &app)?),
            }
        }
        let (problem, advice) = match AppState::read(host, directories, &app) {
            Ok(state) => match state.current() {
                Some(current) => {
                    listing.apps.push(installed(context, current, &state)?);
                    continue;
                }
                None if state.pointer == Pointer::Missing && state.receipt.is_none() => {
                    ("its pointer is missing".to_owned(), None)
                }
                None => ("its current generation is damaged or missing".to_owned(), None),
            },
            Err(error) => (error.to_string(), error.hint()),
        };
        let advice = advice.unwrap_or_else(|| repair(&app));
        listing.broken.push(BrokenApp { app, problem, advice });
    }
    Ok(listing)
}

fn repair(app: &AppName) -> String {
    format!("repair it with `kingbolt verify --repair {app}`, or uninstall it")
}

fn installed(context: &Context<'_>, current: &Generation, state: &AppState) -> Result<InstalledApp, AppError> {
    let record = current.record.clone();
    let problem = match interpreter::standing(context.host, context.directories, &record.python)? {
        Standing::Lost(problem) => Some(problem),
        Standing::Present(_) => None,
    };
    let lost = lost_commands(context, current)?;
    Ok(InstalledApp {
        app: state.app.clone(),
        pinned: state.is_pinned,
        lost,
        version: record.version,
        requested_python: record.request.python,
        requested_accelerator: record.request.accelerator,
        accelerator: record.accelerator,
        request: record.request.requirement,
        lock: record.request.lock.map(|lock| lock.location),
        keep_pythonpath: record.request.keep_pythonpath,
        system_site_packages: record.request.system_site_packages,
        with: record.request.with,
        executables: record.request.executables,
        rules: record.request.rules,
        sources: record.request.sources,
        editable: record.request.build.editable,
        allowed_builds: record.request.build.allowed,
        python_source: python_source(context.host, Some(&context.directories.pythons()), &record.python.executable),
        interpreter_found: context.host.files.is_file(&record.python.executable),
        problem,
        python: record.python.version,
        interpreter: record.python.executable,
        generation: current.name.directory(),
        created: record.created,
        packages: record.wheels.len(),
        unhashed: record.wheels.into_iter().filter(|wheel| wheel.is_unhashed).map(unhashed).collect(),
        files: record.files,
        bytes: record.bytes,
        commands: record.commands,
        shared: record.shared,
        generations: state.generations.iter().map(|one| listed(one, one.name == current.name)).collect(),
    })
}

fn unhashed(wheel: InstalledWheel) -> UnhashedWheel {
    UnhashedWheel { wheel: wheel.file, digest: wheel.digest }
}

fn listed(generation: &Generation, current: bool) -> ListedGeneration {
    let record = &generation.record;
    ListedGeneration {
        number: generation.name.number,
        generation: generation.name.directory(),
        current,
        version: record.version.clone(),
        created: record.created,
        bytes: record.bytes,
        python: record.python.version.clone(),
        interpreter: record.python.executable.clone(),
    }
}
