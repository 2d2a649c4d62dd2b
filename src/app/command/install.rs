//! `install`: from a request to an app whose commands work.

use std::path::Path;

use crate::app::change::{
    AppChange, AppStep, Plan, VersionChange, change_app, changes, check_directories, check_home_executable,
    link_commands, recover, with_other_obstacles,
};
use crate::app::environment::{
    PlannedResolution, Preferences, Resolution, local_path, plan_resolution, resolve, source_of, with_true_metadata,
};
use crate::app::error::AppError;
use crate::app::request::{InstallOptions, Reinstall};
use crate::app::state::{
    AppDirectories, AppName, AppState, Context, Generation, GenerationRecord, InstalledWheel, OnlineContext, cache,
    home, is_usable, lock,
};
use crate::build::{SourceAddress, SourceKind};
use crate::host::FileLock;
use crate::vocab::{Algorithm, DirectKind, DirectSource, Origin, Requirement, admits as admits_version};

use super::comparison::consists_of;

/// The outcome of `install`.
#[derive(Clone, Debug)]
pub enum Installed {
    Changed(Installation),
    Unchanged(Installation),
}

/// The outcome of `install --dry-run`.
#[derive(Clone, Debug)]
pub enum PlannedInstall {
    /// Source code would be built, which decides everything else.
    Build {
        sources: Vec<String>,
    },
    Change(Plan<AppStep>),
    Unchanged(Box<Installation>),
}

/// An installed app.
#[derive(Clone, Debug)]
pub struct Installation {
    pub generation: Generation,
    /// The generation that was current before.
    pub previous: Option<GenerationRecord>,
}

impl Installation {
    /// The packages whose versions differ from those that were installed before, if any were.
    pub fn changes(&self) -> Vec<VersionChange> {
        let versions = self.generation.record.versions();
        self.previous.as_ref().map(|previous| changes(previous.versions(), versions)).unwrap_or_default()
    }
}

/// Installs an app, or finds that it is installed as requested.
///
/// # Errors
/// Whatever goes wrong, the app is left as it was.
pub fn install(context: &OnlineContext<'_>, app: &AppName, options: &InstallOptions) -> Result<Installed, AppError> {
    let resolve = |state: &AppState| resolve(context, &options.request, &options.index, &preferences(options, state));
    install_resolved(context, app, options, resolve)
}

/// The same with packages that a function chooses.
pub(super) fn install_resolved(
    context: &OnlineContext<'_>,
    app: &AppName,
    options: &InstallOptions,
    resolve: impl Fn(&AppState) -> Result<Resolution, AppError>,
) -> Result<Installed, AppError> {
    let local = &context.local;
    let directories = local.directories.app(app);
    let lock = home::check(local.host, local.directories)
        .and_then(|()| cache::mark(local))
        .and_then(|()| {
            lock(local, directories.lock()).inspect_err(|_| home::remove_if_empty(local.host, local.directories))
        })
        .map_err(|error| with_other_obstacles(local, error))?;
    let installed = AppState::read(local.host, local.directories, app)
        .and_then(|state| install_over(context, app, options, state, resolve));
    if installed.is_err() {
        remove_if_empty(local, &directories, lock);
    }
    installed
}

/// Plans `install` without changing anything.
pub fn plan_install(
    context: &OnlineContext<'_>,
    app: &AppName,
    options: &InstallOptions,
) -> Result<PlannedInstall, AppError> {
    let local = &context.local;
    home::check(local.host, local.directories)?;
    cache::inspect(local)?;
    let mut state = AppState::read(local.host, local.directories, app)?;
    if let Some(current) = satisfied_by(local, options, &state)? {
        let installation = Installation { generation: current.clone(), previous: None };
        return Ok(PlannedInstall::Unchanged(Box::new(installation)));
    }
    check_home_executable(local, app)?;
    let resolution = match plan_resolution(context, &options.request, &options.index, &preferences(options, &state))? {
        PlannedResolution::Build { sources } => return Ok(PlannedInstall::Build { sources }),
        PlannedResolution::Resolved(resolution) => resolution,
    };
    if let Some(current) = up_to_date(local, options, &state, &resolution)? {
        let installation = Installation { generation: current.clone(), previous: None };
        return Ok(PlannedInstall::Unchanged(Box::new(installation)));
    }
    let retention = options.keep.into();
    let (plan, _) = AppChange::plan(context, options, &retention, &resolution, &mut state)?;
    Ok(PlannedInstall::Change(plan))
}

/// Installs an app in the place of its current generation, under its lock.
pub(super) fn install_over(
    context: &OnlineContext<'_>,
    app: &AppName,
    options: &InstallOptions,
    mut state: AppState,
    resolve: impl Fn(&AppState) -> Result<Resolution, AppError>,
) -> Result<Installed, AppError> {
    let local = &context.local;
    recover(local, &mut state, options.keep)?;
    if let Some(current) = satisfied_by(local, options, &state)? {
        return unchanged(local, options, &state, current);
    }
    check_directories(local, app)?;
    let previous = state.current().map(|current| current.record.clone());
    with_true_metadata(local, || {
        let resolution = resolve(&state)?;
        if let Some(current) = up_to_date(local, options, &state, &resolution)? {
            return unchanged(local, options, &state, current);
        }
        let generation = change_app(context, options, &options.keep.into(), &resolution, &mut state)?;
        Ok(Installed::Changed(Installation { generation, previous: previous.clone() }))
    })
}

/// Restores launchers that somebody removed from an app that stays as it is.
fn unchanged(
    context: &Context<'_>,
    options: &InstallOptions,
    state: &AppState,
    current: &Generation,
) -> Result<Installed, AppError> {
    link_commands(context, &state.app, current, &state.known_commands(current), &options.overwrite)?;
    Ok(Installed::Unchanged(Installation { generation: current.clone(), previous: None }))
}

/// The wheels that are installed, and the versions to take.
fn preferences(options: &InstallOptions, state: &AppState) -> Preferences {
    Preferences { constraints: options.versions.clone(), ..held(state) }
}

/// The wheels that are installed.
pub(super) fn held(state: &AppState) -> Preferences {
    let wheels = state.current().map(|current| current.record.wheels.clone()).unwrap_or_default();
    Preferences { wheels, ..Preferences::default() }
}

/// The current generation, if it already satisfies the request and can be used.
fn satisfied_by<'a>(
    context: &Context<'_>,
    options: &InstallOptions,
    state: &'a AppState,
) -> Result<Option<&'a Generation>, AppError> {
    let Some(current) = state.current() else { return Ok(None) };
    let is_satisfied = options.reinstall == Reinstall::IfChanged
        && options.request.is_recorded_as(&current.record.request)
        && options.versions.iter().all(|version| admits(version, current))
        && is_usable(context, current)?
        && !local_file_changed(context, &options.request.requirement, current)?;
    Ok(is_satisfied.then_some(current))
}

/// The current generation, if it may stay and a resolution has given the same packages.
fn up_to_date<'a>(
    context: &Context<'_>,
    options: &InstallOptions,
    state: &'a AppState,
    resolution: &Resolution,
) -> Result<Option<&'a Generation>, AppError> {
    let Some(current) = state.current() else { return Ok(None) };
    let is_up_to_date = options.reinstall == Reinstall::IfOutdated
        && options.request.is_recorded_as(&current.record.request)
        && consists_of(&current.record, resolution)
        && is_usable(context, current)?;
    Ok(is_up_to_date.then_some(current))
}

/// Returns true if a generation has no other version of a package than a requirement admits.
fn admits(requirement: &Requirement, generation: &Generation) -> bool {
    let Origin::Index(specifiers) = &requirement.origin else { return true };
    let mut wheels = generation.record.wheels.iter().filter(|wheel| wheel.name == requirement.name);
    wheels.all(|wheel| admits_version(specifiers, &wheel.version))
}

/// Returns true if the request names a local file whose content is no longer what was installed, or a directory, which
/// only its build can compare.
fn local_file_changed(
    context: &Context<'_>,
    requirement: &Requirement,
    current: &Generation,
) -> Result<bool, AppError> {
    let Origin::Url(url) = &requirement.origin else { return Ok(false) };
    if let Some(SourceAddress { kind: SourceKind::Directory { .. }, .. }) = source_of(requirement) {
        return Ok(true);
    }
    let Some(path) = local_path(url) else { return Ok(false) };
    let digest = context.host.files.hash::<AppError>(&path, Algorithm::Sha256, &context.host.interrupt)?;
    let is_same = |wheel: &InstalledWheel| match wheel.direct.as_ref().and_then(|direct| direct.source.as_ref()) {
        Some(DirectSource { kind: DirectKind::Archive { digest: archive }, .. }) => *archive == digest,
        Some(_) | None => wheel.digest == digest,
    };
    Ok(!current.record.wheels.iter().any(|wheel| wheel.name == requirement.name && is_same(wheel)))
}

/// After a failure: removes the directories of an app that was not there before.
fn remove_if_empty(context: &Context<'_>, directories: &AppDirectories, lock: FileLock) {
    let files = context.host.files;
    let is_empty = |path: &Path| files.list(path).is_ok_and(|entries| entries.is_empty());
    // The error that led here is the one to report; an empty directory that stays does no harm.
    if is_empty(&directories.generations()) {
        let _ = files.remove_dir(&directories.records());
        let _ = files.remove_dir(&directories.generations());
        let _ = files.remove_dir(directories.root());
        lock.remove();
        home::remove_if_empty(context.host, context.directories);
    }
}
