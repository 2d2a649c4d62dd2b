//! `python`: the managed Pythons, and the interpreters of the machine.

use std::path::PathBuf;

use serde::Serialize;

use crate::app::environment::{KnownBuilds, discover, ensure_managed};
use crate::app::error::AppError;
use crate::app::managed_python_error::ManagedPythonError;
use crate::app::request::PythonDownloads;
use crate::app::state::{
    Context, ManagedPython, OnlineContext, PythonReason, PythonUser, all_apps, home, installed_python,
    installed_pythons, python_users, sweep_of_pythons,
};
use crate::python::managed::{BuildName, ManagedBuild};
use crate::python::{self, Discovery, Interpreter, InvalidPythonRequest, PythonRequest, PythonSource};
use crate::vocab::{Address, Version, VersionSpecifiers};

/// A managed Python that was asked for.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct InstalledManagedPython {
    pub version: Version,
    /// The name of the build.
    pub build: String,
    /// Absent in a plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executable: Option<PathBuf>,
    /// Where the archive comes from, without secrets.
    pub location: Address,
    /// False if it was there before.
    pub is_new: bool,
}

/// Installs the newest build for each request, unless it is installed. Nothing is fetched if a request has no build.
///
/// # Errors
/// [`ManagedPythonError::NoBuild`] lists the versions of which there are builds.
pub fn install_pythons(
    context: &OnlineContext<'_>,
    requests: &[PythonRequest],
) -> Result<Vec<InstalledManagedPython>, AppError> {
    let local = &context.local;
    let builds = KnownBuilds::read(local.host, local.pythons)?;
    let mut installed = Vec::new();
    for build in chosen(&builds, requests)? {
        check_downloads(local, build)?;
        let managed = ensure_managed(context, &builds, build, PythonReason::Requested)?;
        installed.push(InstalledManagedPython {
            version: managed.interpreter.version,
            build: build.name.to_string(),
            executable: Some(managed.interpreter.executable),
            location: managed.python.record.location,
            is_new: managed.is_new,
        });
    }
    Ok(installed)
}

/// Plans [`install_pythons`] without changing anything.
///
/// # Errors
/// The same, but for those of downloads.
pub fn plan_install_pythons(
    context: &Context<'_>,
    requests: &[PythonRequest],
) -> Result<Vec<InstalledManagedPython>, AppError> {
    let builds = KnownBuilds::read(context.host, context.pythons)?;
    let planned = |build: &ManagedBuild| {
        check_downloads(context, build)?;
        let installed = installed_python(context.host, context.directories, &build.name)?;
        Ok(InstalledManagedPython {
            version: build.name.version.clone(),
            build: build.name.to_string(),
            executable: None,
            location: build.address(&builds.table.origin).without_secrets(),
            is_new: installed.is_none(),
        })
    };
    chosen(&builds, requests)?.into_iter().map(planned).collect()
}

/// The newest build for each request, each once.
fn chosen<'b>(builds: &'b KnownBuilds, requests: &[PythonRequest]) -> Result<Vec<&'b ManagedBuild>, AppError> {
    let mut chosen: Vec<&ManagedBuild> = Vec::new();
    for request in requests {
        let newest = builds.matching(request, &VersionSpecifiers::empty())?.into_iter().next();
        chosen.extend(newest.filter(|build| !chosen.iter().any(|other| other.name == build.name)));
    }
    Ok(chosen)
}

fn check_downloads(context: &Context<'_>, build: &ManagedBuild) -> Result<(), AppError> {
    let is_allowed = match context.pythons.downloads {
        PythonDownloads::Automatic | PythonDownloads::Manual => true,
        PythonDownloads::Never => installed_python(context.host, context.directories, &build.name)?.is_some(),
    };
    if is_allowed { Ok(()) } else { Err(ManagedPythonError::DownloadsOff { name: build.name.to_string() }.into()) }
}

/// The managed Pythons to remove.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PythonSelection {
    /// The build with this name.
    Build(BuildName),
    /// All that match a request.
    Request(PythonRequest),
}

/// The removal of Pythons that are in use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UsedPythons {
    Refuse,
    /// The apps on them break.
    Remove,
}

/// A managed Python that is removed.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct RemovedPython {
    pub version: Version,
    /// The name of the build.
    pub build: String,
    pub directory: PathBuf,
    pub bytes: u64,
    /// The apps and environments that break.
    pub used_by: Vec<PythonUser>,
}

impl PythonSelection {
    /// Parses the name of a build, or a request.
    ///
    /// # Errors
    /// If it is neither.
    pub fn parse(text: &str) -> Result<Self, InvalidPythonRequest> {
        match BuildName::parse(text) {
            Some(name) => Ok(Self::Build(name)),
            None => PythonRequest::parse(text).map(Self::Request),
        }
    }

    fn admits(&self, python: &ManagedPython) -> bool {
        match self {
            Self::Build(name) => *name == python.name,
            Self::Request(request) => python.name.is_requested(request),
        }
    }
}

/// Removes managed Pythons. If one of them is in use, and that is to be refused, all stay.
///
/// # Errors
/// [`ManagedPythonError::NotInstalled`] for a selection that no installed one matches, [`ManagedPythonError::InUse`] names the apps that need
/// one, and a lock is busy while another process chooses one.
pub fn uninstall_pythons(
    context: &Context<'_>,
    selections: &[(String, PythonSelection)],
    used: UsedPythons,
) -> Result<Vec<RemovedPython>, AppError> {
    home::check(context.host, context.directories)?;
    let sweep = sweep_of_pythons(context)?;
    let removed = plan_uninstall_pythons(context, selections, used)?;
    if let Some(sweep) = sweep {
        for (name, _) in &removed {
            sweep.remove(name)?;
        }
        sweep.finish()?;
    }
    home::remove_if_empty(context.host, context.directories);
    Ok(removed.into_iter().map(|(_, python)| python).collect())
}

/// The Pythons that [`uninstall_pythons`] would remove.
///
/// # Errors
/// The same, but for that of the lock.
pub fn plan_uninstall_pythons(
    context: &Context<'_>,
    selections: &[(String, PythonSelection)],
    used: UsedPythons,
) -> Result<Vec<(BuildName, RemovedPython)>, AppError> {
    let Context { host, directories, .. } = *context;
    let (installed, apps) = (installed_pythons(host, directories)?, all_apps(host, directories)?);
    let is_missing = |(_, selection): &&(String, PythonSelection)| !installed.iter().any(|one| selection.admits(one));
    if let Some((text, _)) = selections.iter().find(is_missing) {
        let installed = installed.iter().map(|python| python.name.to_string()).collect();
        return Err(ManagedPythonError::NotInstalled { text: text.clone(), installed }.into());
    }
    let mut removed = Vec::new();
    for python in installed.iter().filter(|python| selections.iter().any(|(_, one)| one.admits(python))) {
        let used_by = match (python_users(host, directories, &apps, python), used) {
            (Ok(users), UsedPythons::Refuse) if !users.is_empty() => {
                return Err(ManagedPythonError::InUse { name: python.name.to_string(), users }.into());
            }
            (Ok(users), _) => users,
            // A damaged app keeps nobody from removing what it may need.
            (Err(AppError::Malformed { .. } | AppError::NewerSchema { .. }), UsedPythons::Remove) => Vec::new(),
            (Err(error), _) => return Err(error),
        };
        let ManagedPython { name, root, record } = python.clone();
        let (version, build, bytes) = (name.version.clone(), name.to_string(), record.bytes);
        removed.push((name, RemovedPython { version, build, directory: root, bytes, used_by }));
    }
    Ok(removed)
}

/// The interpreter that a request for Python leads to, and its origin.
///
/// # Errors
/// If there is none: nothing is fetched.
pub fn find_python(context: &Context<'_>, request: &PythonRequest) -> Result<(Interpreter, PythonSource), AppError> {
    let interpreter = python::choose(discover(context, request)?, &VersionSpecifiers::empty())?;
    let source = source_of(context, &interpreter);
    Ok((interpreter, source))
}

/// The interpreters of the machine, and the builds that can be fetched.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct PythonListing {
    /// Best first.
    pub pythons: Vec<ListedPython>,
    pub unusable: Vec<UnusableInterpreter>,
    /// The builds of the table that are not installed, newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available: Option<Vec<InstalledManagedPython>>,
}

/// An interpreter.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ListedPython {
    pub version: Version,
    pub implementation: String,
    pub free_threaded: bool,
    pub executable: PathBuf,
    pub source: PythonSource,
    /// False if `--python-preference` excludes it.
    pub admitted: bool,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub managed: Option<ListedManaged>,
}

/// The facts about a managed Python.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct ListedManaged {
    /// The name of the build.
    pub build: String,
    pub reason: PythonReason,
    pub bytes: u64,
    pub used_by: Vec<PythonUser>,
}

/// A file that looks like an interpreter and cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct UnusableInterpreter {
    pub path: PathBuf,
    pub problem: String,
}

/// The builds that a listing names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ListedBuilds {
    /// Those that can be fetched, too.
    All,
    Installed,
}

/// Lists the interpreters of the machine.
pub fn list_pythons(context: &Context<'_>, builds: ListedBuilds) -> Result<PythonListing, AppError> {
    let Context { host, directories, .. } = *context;
    let Discovery { found, others, excluded, skipped, .. } = discover(context, &PythonRequest::Any)?;
    let (installed, apps) = (installed_pythons(host, directories)?, all_apps(host, directories)?);
    let managed = |interpreter: &Interpreter| -> Result<Option<ListedManaged>, AppError> {
        let canonical = host.files.canonical_if_present(&interpreter.executable);
        let is_of = |python: &&ManagedPython| {
            interpreter.executable.starts_with(&python.root)
                || canonical.starts_with(host.files.canonical_if_present(&python.root))
        };
        let Some(python) = installed.iter().find(is_of) else { return Ok(None) };
        Ok(Some(ListedManaged {
            build: python.name.to_string(),
            reason: python.record.reason,
            bytes: python.record.bytes,
            used_by: python_users(host, directories, &apps, python)?,
        }))
    };
    let listed = |(interpreter, admitted): (Interpreter, bool)| {
        Ok(ListedPython {
            source: source_of(context, &interpreter),
            managed: managed(&interpreter)?,
            implementation: interpreter.implementation.to_string(),
            free_threaded: interpreter.free_threaded,
            version: interpreter.version,
            executable: interpreter.executable,
            admitted,
        })
    };
    let admitted = found.into_iter().map(|one| (one, true));
    let others = others.into_iter().chain(excluded).map(|one| (one, false));
    let available = match builds {
        ListedBuilds::All => Some(available(context, &installed)?),
        ListedBuilds::Installed => None,
    };
    Ok(PythonListing {
        pythons: admitted.chain(others).map(listed).collect::<Result<_, AppError>>()?,
        unusable: skipped
            .into_iter()
            .map(|skipped| UnusableInterpreter { problem: skipped.problem(), path: skipped.path })
            .collect(),
        available,
    })
}

fn available(context: &Context<'_>, installed: &[ManagedPython]) -> Result<Vec<InstalledManagedPython>, AppError> {
    let builds = KnownBuilds::read(context.host, context.pythons)?;
    let is_missing = |build: &&ManagedBuild| !installed.iter().any(|python| python.name == build.name);
    let missing = builds.table.builds_for(builds.target).filter(is_missing);
    let shown = |build: &ManagedBuild| InstalledManagedPython {
        version: build.name.version.clone(),
        build: build.name.to_string(),
        executable: None,
        location: build.address(&builds.table.origin).without_secrets(),
        is_new: true,
    };
    Ok(missing.map(shown).collect())
}

fn source_of(context: &Context<'_>, interpreter: &Interpreter) -> PythonSource {
    python::python_source(context.host, Some(&context.directories.pythons()), &interpreter.executable)
}
