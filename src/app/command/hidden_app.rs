//! The environments that `run` makes, as apps that are not listed: installed for one request, renewed once a day, removed when they were not used for long.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use crate::app::change::VersionChange;
use crate::app::environment::{BuildMode, Preferences, TooNew, builds_to_fetch, discover, fetch_suitable, resolve};
use crate::app::error::{AppError, PackageError};
use crate::app::request::{InstallOptions, Reinstall, Request};
use crate::app::state::records::Records;
use crate::app::state::{
    AppName, AppState, Context, Generation, OnlineContext, Standing, Use, all_apps, fingerprint, interpreter,
    is_usable, use_current,
};
use crate::fetch::{CatalogError, DownloadError};
use crate::host::Event;
use crate::python::{self, PythonRequest};
use crate::resolve::{ResolveError, UndatedFiles};
use crate::venv::Layout;
use crate::vocab::{Origin, Requirement, UploadLimit, VersionSpecifiers, pins_exactly};

use super::install::{Installed, held, install_resolved};
use super::run::{Runnable, removed_variables, runnable};
use super::uninstall::uninstall;

/// The time that an app stays after it was last used.
const KEPT_UNUSED: Duration = Duration::from_hours(30 * 24);

/// The time after which a newer version is looked for.
const RENEWED_AFTER: Duration = Duration::from_hours(24);

/// The time after which that is tried again if it failed.
const RETRIED_AFTER: Duration = Duration::from_hours(1);

/// The limit on the time of uploads if the person names none: nobody looks at a version that `run` takes by itself.
const COOLDOWN: UploadLimit = UploadLimit::days(3);

/// The time at which a newer version is looked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refresh {
    /// Once a day, unless the request names a version.
    Daily,
    /// Now; without a limit on the time of uploads unless the person names one.
    Latest,
    /// Now.
    Now,
}

/// A program of a hidden app.
#[derive(Debug)]
pub struct HiddenProgram {
    pub runnable: Runnable,
    /// The change of the app's version.
    pub change: Option<VersionChange>,
}

/// Installs a hidden app, or finds it from an earlier run, and returns its command.
pub fn hidden_program(
    context: &OnlineContext<'_>,
    options: &InstallOptions,
    refresh: Refresh,
    command: Option<&str>,
) -> Result<HiddenProgram, AppError> {
    let (generation, usage, change) = current(context, options, refresh)?;
    Ok(HiddenProgram { runnable: runnable(&generation, usage, command)?, change })
}

/// The same for scripts: returns the Python of the environment.
pub fn hidden_python(
    context: &OnlineContext<'_>,
    options: &InstallOptions,
    refresh: Refresh,
) -> Result<HiddenProgram, AppError> {
    let (generation, usage, change) = current(context, options, refresh)?;
    let Context { host, directories, .. } = context.local;
    let program = match interpreter::standing(host, directories, &generation.record.python)? {
        Standing::Present(interpreter) => Layout::of(&interpreter, &generation.root).python,
        Standing::Lost(problem) => return Err(AppError::Damaged { app: generation.record.app, problem }),
    };
    let removed_variables = removed_variables(&generation.record.request);
    Ok(HiddenProgram { runnable: Runnable { program, removed_variables, usage }, change })
}

/// The best interpreter for a script that needs no packages.
pub fn plain_python(context: &OnlineContext<'_>, request: &PythonRequest) -> Result<PathBuf, AppError> {
    let (local, any) = (&context.local, VersionSpecifiers::empty());
    let failure = match python::choose(discover(local, request)?, &any) {
        Ok(interpreter) => return Ok(interpreter.executable),
        Err(error) => error.into(),
    };
    let builds = builds_to_fetch(local, request, &any, &[])?;
    let (interpreter, _) = fetch_suitable(context, builds, BuildMode::CarryOut, failure, |_| true)?;
    Ok(interpreter.executable)
}

/// The environment for a request, ready to be used, and the change of its version.
fn current(
    context: &OnlineContext<'_>,
    options: &InstallOptions,
    refresh: Refresh,
) -> Result<(Generation, Use, Option<VersionChange>), AppError> {
    let local = &context.local;
    let app = AppName::hidden(&options.request.requirement.name, &fingerprint(&options.request)[..8]);
    prune(local, &app)?;
    let current = loop {
        let change = install_or_renew(context, &app, options, refresh)?;
        // Another process may have removed it before it could be used.
        if let Some((generation, usage)) = use_current(local, &app)? {
            break (generation, usage, change);
        }
    };
    // The age of the receipt shows when it was last used; where it cannot be changed, that is no reason not to run.
    let receipt = local.directories.app(&app).receipt();
    let _ = local.host.files.set_modified(&receipt, local.host.clock.system_time());
    Ok(current)
}

/// Installs an app, or renews it if that is due. If no newer version can be had then, the old one stays.
fn install_or_renew(
    context: &OnlineContext<'_>,
    app: &AppName,
    options: &InstallOptions,
    refresh: Refresh,
) -> Result<Option<VersionChange>, AppError> {
    let local = &context.local;
    let is_daily = refresh == Refresh::Daily;
    let reinstall =
        if is_daily && !is_due(context, app, &options.request)? { Reinstall::IfChanged } else { Reinstall::IfOutdated };
    let options = InstallOptions { reinstall, ..options.clone() };
    let (request, undated) = with_cooldown(&options.request, refresh);
    let installed = install_resolved(context, app, &options, |state| {
        let preferences = Preferences { too_new: TooNew::Keep, undated, ..held(state) };
        resolve(context, &request, &options.index, &preferences)
    });
    match installed {
        Ok(Installed::Changed(installation)) => {
            let name = &options.request.requirement.name;
            Ok(installation.changes().into_iter().find(|change| change.name == *name))
        }
        Ok(Installed::Unchanged(_)) if reinstall == Reinstall::IfOutdated => {
            note_renewal(local, app, Duration::ZERO)?;
            Ok(None)
        }
        Ok(Installed::Unchanged(_)) => Ok(None),
        Err(error) if is_daily && reinstall == Reinstall::IfOutdated && keeps_old(&error) => {
            let state = AppState::read(local.host, local.directories, app)?;
            let Some(current) = state.current() else { return Err(error) };
            if !is_usable(local, current)? {
                return Err(error);
            }
            let (name, version) = (&options.request.requirement.name, &current.record.version);
            let reason = with_causes(&error);
            let message = format!("{name} {version} is used, since no newer version could be looked for: {reason}");
            local.progress.event(Event::Warning { message: &message });
            note_renewal(local, app, RENEWED_AFTER.saturating_sub(RETRIED_AFTER))?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// True if an app was last renewed too long ago. The age of its record shows when that was.
fn is_due(context: &OnlineContext<'_>, app: &AppName, request: &Request) -> Result<bool, AppError> {
    let local = &context.local;
    if names_version(request) || context.network.is_offline() {
        return Ok(false);
    }
    // The installation reports problems of the app that is there.
    let Ok(state) = AppState::read(local.host, local.directories, app) else { return Ok(false) };
    let Some(current) = state.current() else { return Ok(false) };
    let record = Records::open(local.host, &state.directories)?.path(&current.name);
    let Some(metadata) = local.host.files.metadata_if_present(&record)? else { return Ok(true) };
    let age = metadata.modified().ok().and_then(|time| local.host.clock.system_time().duration_since(time).ok());
    // A time in the future is that of a wrong clock.
    Ok(age.is_none_or(|age| age >= RENEWED_AFTER))
}

/// True if a newer version is never wanted: of an app, or of all that scripts require.
fn names_version(request: &Request) -> bool {
    let names_version = |requirement: &Requirement| match &requirement.origin {
        Origin::Index(specifiers) => pins_exactly(specifiers),
        Origin::Url(_) => true,
    };
    let others = if request.is_for_scripts { &request.with[..] } else { &[] };
    names_version(&request.requirement) && others.iter().all(names_version)
}

/// Notes that an app was renewed so long ago. Where that cannot be noted, it is renewed again.
fn note_renewal(context: &Context<'_>, app: &AppName, age: Duration) -> Result<(), AppError> {
    let Context { host, directories, .. } = *context;
    let state = AppState::read(host, directories, app)?;
    if let (Some(current), Some(time)) = (state.current(), host.clock.system_time().checked_sub(age)) {
        let record = Records::open(host, &state.directories)?.path(&current.name);
        let _ = host.files.set_modified(&record, time);
    }
    Ok(())
}

/// The request with the limit that holds if the person names none.
fn with_cooldown(request: &Request, refresh: Refresh) -> (Request, UndatedFiles) {
    let mut request = request.clone();
    if refresh == Refresh::Latest || names_version(&request) || request.rules.uploads.limit.is_some() {
        return (request, UndatedFiles::Refuse);
    }
    request.rules.uploads.limit = Some(COOLDOWN);
    (request, UndatedFiles::Admit)
}

/// True if the old version may be used after an error: the index cannot be reached, or has no newer version that fits.
fn keeps_old(error: &AppError) -> bool {
    if let AppError::PythonNeeded { error, .. } = error {
        return keeps_old(error);
    }
    if let AppError::Resolve(error) = error {
        return match &**error {
            ResolveError::Fetch { source: PackageError::Catalog(source), .. } => is_unreachable(source),
            error => error.may_depend_on_python() || is_about_versions(error),
        };
    }
    matches!(error, AppError::Catalog(error) if is_unreachable(error))
        || matches!(error, AppError::Download(DownloadError::Network { .. } | DownloadError::Short { .. }))
}

fn is_about_versions(error: &ResolveError<PackageError>) -> bool {
    matches!(
        error,
        ResolveError::DependencyWithoutWheel { .. }
            | ResolveError::NewestWithoutWheel { .. }
            | ResolveError::OnlySource { .. }
            | ResolveError::TooNew { .. }
    )
}

fn is_unreachable(error: &CatalogError) -> bool {
    matches!(error, CatalogError::FindLinks { .. } | CatalogError::LookUp { .. } | CatalogError::Metadata { .. })
}

/// An error with all of its causes, in one line.
fn with_causes(error: &AppError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

/// Removes apps that `run` made and that were not used for long, except the wanted one. An app that is in use stays.
fn prune(context: &Context<'_>, wanted: &AppName) -> Result<(), AppError> {
    let host = context.host;
    for app in all_apps(host, context.directories)? {
        let receipt = context.directories.app(&app).receipt();
        if app.is_hidden()
            && app != *wanted
            && host.files.is_file(&receipt)
            && host.files.metadata(&receipt)?.modified().is_ok_and(|used| host.clock.since(used) > KEPT_UNUSED)
        {
            // An app that cannot be removed now is no reason not to run another: the next run tries again.
            let _ = uninstall(context, &app);
        }
    }
    Ok(())
}
