//! `upgrade`: the newest versions that an app's request admits, built beside the current generation, tested, then made
//! current.

use crate::app::change::{
    AppChange, AppStep, Plan, VersionChange, change_app, changes, check_directories, check_home_executable, recover,
    with_other_obstacles,
};
use crate::app::environment::{
    PlannedResolution, Preferences, PythonPatch, Resolution, TooNew, locked_app, plan_resolution, resolve,
    with_true_metadata,
};
use crate::app::error::AppError;
use crate::app::locked_app_error::LockedAppError;
use crate::app::request::{InstallOptions, Overwrite, Reinstall, Request, UpgradeOptions};
use crate::app::state::{
    AppName, AppState, Context, Generation, OnlineContext, cache, is_usable, lock_installed, not_installed,
};
use crate::vocab::Location;

use super::comparison::consists_of;
use super::install::{Installation, held};

/// The outcome of `upgrade`.
#[derive(Clone, Debug)]
pub enum Upgraded {
    Changed {
        installation: Installation,
        changes: Vec<VersionChange>,
    },
    /// It is pinned.
    Pinned(Installation),
    Unchanged(Installation),
}

/// The outcome of `upgrade --dry-run`.
#[derive(Clone, Debug)]
pub enum PlannedUpgrade {
    /// Source code would be built, which decides everything else.
    Build {
        sources: Vec<String>,
    },
    Change {
        plan: Box<Plan<AppStep>>,
        changes: Vec<VersionChange>,
    },
    /// It is pinned.
    Pinned(Box<Installation>),
    Unchanged(Box<Installation>),
}

/// The request that an app was installed with: an upgrade asks for the same.
///
/// # Errors
/// [`AppError::NotInstalled`] when no file holds one.
pub fn recorded_request(context: &Context<'_>, app: &AppName) -> Result<Request, AppError> {
    request_of(context, &AppState::read(context.host, context.directories, app)?).cloned()
}

/// Upgrades an app, or finds that there is nothing newer.
///
/// # Errors
/// Whatever goes wrong, the installed version stays installed.
pub fn upgrade(context: &OnlineContext<'_>, app: &AppName, upgrade: &UpgradeOptions) -> Result<Upgraded, AppError> {
    let local = &context.local;
    let _lock = lock_installed(local, app).map_err(|error| with_other_obstacles(local, error))?;
    cache::mark(local)?;
    let mut state = AppState::read(local.host, local.directories, app)?;
    if let Some(pinned) = pinned(&state) {
        return Ok(Upgraded::Pinned(pinned));
    }
    recover(local, &mut state, upgrade.keep)?;
    let options = renewed(context, app, install_options(request_of(local, &state)?, upgrade))?;
    check_directories(local, app)?;
    with_true_metadata(local, || {
        let effective = upgrade.uploads.effective(&options.request);
        let resolution = resolve(context, &effective, &options.index, &preferences(&state))?;
        if let Some(current) = up_to_date(local, &state, &options, &resolution)? {
            return Ok(Upgraded::Unchanged(current));
        }
        let changes = changes_from(state.current(), &resolution);
        let previous = state.current().map(|current| current.record.clone());
        let generation = change_app(context, &options, &options.keep.into(), &resolution, &mut state)?;
        Ok(Upgraded::Changed { installation: Installation { generation, previous }, changes })
    })
}

/// Plans `upgrade` without changing anything.
pub fn plan_upgrade(
    context: &OnlineContext<'_>,
    app: &AppName,
    upgrade: &UpgradeOptions,
) -> Result<PlannedUpgrade, AppError> {
    let local = &context.local;
    cache::inspect(local)?;
    let mut state = AppState::read(local.host, local.directories, app)?;
    if let Some(pinned) = pinned(&state) {
        return Ok(PlannedUpgrade::Pinned(Box::new(pinned)));
    }
    let options = renewed(context, app, install_options(request_of(local, &state)?, upgrade))?;
    check_home_executable(local, app)?;
    let effective = upgrade.uploads.effective(&options.request);
    let resolution = match plan_resolution(context, &effective, &options.index, &preferences(&state))? {
        PlannedResolution::Build { sources } => return Ok(PlannedUpgrade::Build { sources }),
        PlannedResolution::Resolved(resolution) => resolution,
    };
    if let Some(current) = up_to_date(local, &state, &options, &resolution)? {
        return Ok(PlannedUpgrade::Unchanged(Box::new(current)));
    }
    let changes = changes_from(state.current(), &resolution);
    let retention = options.keep.into();
    let (plan, _) = AppChange::plan(context, &options, &retention, &resolution, &mut state)?;
    Ok(PlannedUpgrade::Change { plan: Box::new(plan), changes })
}

/// The installed app, if it is pinned.
fn pinned(state: &AppState) -> Option<Installation> {
    let current = state.current().filter(|_| state.is_pinned)?;
    Some(Installation { generation: current.clone(), previous: None })
}

pub(super) fn request_of<'a>(context: &Context<'_>, state: &'a AppState) -> Result<&'a Request, AppError> {
    match state.request() {
        Some(request) => Ok(request),
        None => Err(not_installed(context.host, context.directories, &state.app)?),
    }
}

pub(super) fn install_options(request: &Request, options: &UpgradeOptions) -> InstallOptions {
    let mut request = request.clone();
    if let Some(python) = &options.python {
        request.python = Some(python.clone());
    }
    options.uploads.extend(&mut request);
    request.build.allowed.extend(&options.builds);
    InstallOptions {
        request,
        versions: Vec::new(),
        index: options.index.clone(),
        reinstall: Reinstall::IfChanged,
        overwrite: Overwrite::Refuse,
        check: options.check,
        keep: options.keep,
    }
}

/// The same for the lock that is at the address of the request now.
///
/// # Errors
/// [`LockedAppError::Gone`] if there is none any more.
pub(super) fn renewed(
    context: &OnlineContext<'_>,
    app: &AppName,
    mut options: InstallOptions,
) -> Result<InstallOptions, AppError> {
    let request = &mut options.request;
    let Some(lock) = &request.lock else { return Ok(options) };
    if let Location::Path(path) = &lock.location
        && context.local.host.files.kind(path)?.is_none()
    {
        return Err(LockedAppError::Gone { app: app.clone(), lock: lock.location.clone() }.into());
    }
    let found = locked_app(context, &lock.location, request.hashes, Some(&lock.app), &request.executables)?;
    request.requirement.name = found.package;
    request.lock = Some(found.lock);
    Ok(options)
}

/// The interpreter that the app has, or the newest patch release of a managed one, and its wheels, which may be newer than the request admits now.
pub(super) fn preferences(state: &AppState) -> Preferences {
    let interpreter = state.current().map(|current| current.record.python.executable.clone());
    Preferences { interpreter, patch: PythonPatch::Newest, too_new: TooNew::Keep, ..held(state) }
}

fn up_to_date(
    context: &Context<'_>,
    state: &AppState,
    options: &InstallOptions,
    resolution: &Resolution,
) -> Result<Option<Installation>, AppError> {
    let Some(current) = state.current() else { return Ok(None) };
    let recorded = &current.record.request;
    let is_up_to_date = recorded.python == options.request.python
        && recorded.lock.as_ref().map(|lock| &lock.digest) == options.request.lock.as_ref().map(|lock| &lock.digest)
        && recorded.rules.uploads == options.request.rules.uploads
        && consists_of(&current.record, resolution)
        && is_usable(context, current)?;
    Ok(is_up_to_date.then(|| Installation { generation: current.clone(), previous: None }))
}

pub(super) fn changes_from(current: Option<&Generation>, resolution: &Resolution) -> Vec<VersionChange> {
    let installed = current.map(|current| current.record.versions()).unwrap_or_default();
    changes(installed, resolution.pins.iter().map(|pin| (pin.name.clone(), pin.version.clone())))
}
