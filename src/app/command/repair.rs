//! `verify --repair`: rebuilds a damaged app in a new generation, from the store, the cache or the origin of its wheels.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::change::{change_app, check_writable, link_commands, recover};
use crate::app::environment::{Preferences, Resolution, Supply, discover, resolve};
use crate::app::error::AppError;
use crate::app::request::{Check, InstallOptions, KEPT, Overwrite, Reinstall, Request};
use crate::app::state::{
    AppName, AppState, Context, Generation, GenerationName, InstalledWheel, OnlineContext, Retention, Standing, cache,
    integrity, interpreter, lock_installed, not_installed,
};

use super::verify::{Problem, Verification, damaged_wheels, inspect};
use crate::fetch::Catalog;
use crate::index::{File, FileName, IndexSettings};
use crate::python::{Interpreter, PythonRequest};
use crate::store::{Inspector, Store};
use crate::vocab::{Digests, Origin, Pin, Requirement, Version};

/// The outcome of a repair.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// The problems before it.
    pub found: Verification,
    /// The problems after it.
    pub left: Verification,
}

/// Makes an app what it was when it was installed.
///
/// # Errors
/// When something that is needed cannot be obtained again; the current generation stays current.
pub fn repair(context: &OnlineContext<'_>, app: &AppName, index: &IndexSettings) -> Result<Repair, AppError> {
    let local = &context.local;
    let _lock = lock_installed(local, app)?;
    cache::mark(local.host, local.directories)?;
    let mut state = AppState::read(local.host, local.directories, app)?;
    // Until something is built, each file is read once, however often it is asked about.
    let inspector = Inspector::new(local.host);
    let found = inspect(local, &state, &inspector)?;
    recover(local, &mut state, KEPT)?;
    adopt_newest(local, &mut state)?;
    let is_damaged = |state| {
        let looked_at = inspect(local, state, &inspector)?;
        Ok::<_, AppError>(looked_at.problems.iter().any(Problem::is_of_content))
    };
    match state.current() {
        Some(current) if !is_damaged(&state)? => link_commands(local, app, current, Overwrite::Skip)?,
        Some(_) | None => rebuild(context, index, &mut state, &inspector)?,
    }
    // Compared with the disk, not with what was just written to it.
    let state = AppState::read(local.host, local.directories, app)?;
    let left = inspect(local, &state, &Inspector::new(local.host))?;
    Ok(Repair { found, left })
}

/// Makes the newest generation current if nothing says which one was.
fn adopt_newest(context: &Context<'_>, state: &mut AppState) -> Result<(), AppError> {
    if state.current().is_some() || state.receipt.is_some() {
        return Ok(());
    }
    let Some(newest) = state.generations.last().map(|newest| newest.name.clone()) else { return Ok(()) };
    state.flip(context.host, &newest)?;
    recover(context, state, KEPT)
}

/// Builds the current generation again; for another interpreter if its own is lost.
fn rebuild(
    context: &OnlineContext<'_>,
    index: &IndexSettings,
    state: &mut AppState,
    inspector: &Inspector<'_>,
) -> Result<(), AppError> {
    let local = &context.local;
    let Some(request) = state.request() else {
        return Err(not_installed(local.host, local.directories, &state.app)?);
    };
    let options = InstallOptions {
        request: without_missing_python(local, request)?,
        index: index.clone(),
        reinstall: Reinstall::Always,
        overwrite: Overwrite::Skip,
        check: Check::Nothing,
        keep: KEPT,
    };
    let retention = Retention { keep: KEPT, damaged: damaged(local, state, inspector)? };
    if let Some(current) = state.current() {
        discard_damaged(local, current, inspector)?;
    }
    let resolution = same_resolution(context, &options, state)?;
    match change_app(context, &options, &retention, &resolution, state) {
        Err(AppError::Download(error)) if error.is_of_address() => match relocated(context, index, &resolution)? {
            Some(relocated) => change_app(context, &options, &retention, &relocated, state)?,
            None => return Err(error.into()),
        },
        other => other?,
    };
    Ok(())
}

/// The request, without an interpreter that it names by a path that no longer exists: another one serves.
fn without_missing_python(context: &Context<'_>, request: &Request) -> Result<Request, AppError> {
    let is_missing = match request.python() {
        PythonRequest::Path(path) => context.host.files.kind(path)?.is_none(),
        _ => false,
    };
    Ok(Request { python: request.python.clone().filter(|_| !is_missing), ..request.clone() })
}

/// The damaged generations: an edit or loss in one reaches every other that shares the file.
fn damaged(
    context: &Context<'_>,
    state: &AppState,
    inspector: &Inspector<'_>,
) -> Result<Vec<GenerationName>, AppError> {
    let mut damaged = Vec::new();
    for generation in &state.generations {
        if !integrity::differences(context.host, generation, inspector)?.is_empty() {
            damaged.push(generation.name.clone());
        }
    }
    Ok(damaged)
}

/// The same wheels where the index has them today, after one was no longer at its address. `None` if that changes
/// nothing.
fn relocated(
    context: &OnlineContext<'_>,
    index: &IndexSettings,
    resolution: &Resolution,
) -> Result<Option<Resolution>, AppError> {
    let local = &context.local;
    let catalog = Catalog::new(local.host, context.network, &local.directories.cache_dir, index);
    let missing = Supply::new(context).missing(&resolution.pins)?;
    let missing: BTreeSet<_> = missing.into_iter().map(|pin| &pin.name).collect();
    let mut relocated = resolution.clone();
    for pin in relocated.pins.iter_mut().filter(|pin| pin.direct.is_none() && missing.contains(&pin.name)) {
        let Ok(Some(page)) = catalog.page(&pin.name) else { continue };
        let sha256 = pin.digests.as_ref().and_then(Digests::sha256);
        let is_same = |file: &&File| file.digests.as_ref().and_then(Digests::sha256) == sha256;
        let named = |file: &&File| matches!(&file.name, FileName::Wheel(name) if *name == pin.wheel);
        if let Some(file) = page.files.iter().filter(named).find(is_same) {
            pin.location = file.location();
        }
    }
    Ok((relocated.pins != resolution.pins).then_some(relocated))
}

/// The same wheels for the same interpreter if it is present, or for one of the same kind; else the same version of the
/// app for another interpreter.
fn same_resolution(
    context: &OnlineContext<'_>,
    options: &InstallOptions,
    state: &AppState,
) -> Result<Resolution, AppError> {
    let local = &context.local;
    let resolve_version = |version| {
        check_writable(local, &state.app)?;
        let preferences = Preferences { versions: exactly(options, version), ..Preferences::default() };
        resolve(context, &options.request, &options.index, &preferences)
    };
    let Some(current) = state.current() else {
        return resolve_version(state.receipt.as_ref().and_then(|receipt| {
            receipt.history.iter().find(|entry| entry.generation == receipt.current).map(|entry| entry.version.clone())
        }));
    };
    let python = &current.record.python;
    let pins: Vec<Pin> = current.record.wheels.iter().map(InstalledWheel::pin).collect();
    if let Standing::Present(interpreter) = interpreter::standing(local.host, local.directories, python)? {
        return Ok(Resolution { interpreter: *interpreter, pins, basis: BTreeMap::new() });
    }
    let found = discover(local, options.request.python())?.found;
    let is_alike = |other: &Interpreter| other.identity().is_same_kind(&python.identity);
    match found.into_iter().find(is_alike) {
        Some(interpreter) => Ok(Resolution { interpreter, pins, basis: BTreeMap::new() }),
        None => resolve_version(Some(current.record.version.clone())),
    }
}

/// The requirement that keeps an app at its version; none for an app that is named by an address.
fn exactly(options: &InstallOptions, version: Option<Version>) -> Vec<Requirement> {
    let package = &options.request.requirement;
    let is_of_index = matches!(&package.origin, Origin::Index(_));
    let version = version.filter(|_| is_of_index);
    let exact = version.and_then(|version| format!("{}=={version}", package.name).parse().ok());
    exact.into_iter().collect()
}

/// Removes damaged wheels from the store: they are fetched again.
fn discard_damaged(context: &Context<'_>, current: &Generation, inspector: &Inspector<'_>) -> Result<(), AppError> {
    let host = context.host;
    let store = Store::open(&context.directories.store());
    let damaged = damaged_wheels(host, &store, current, inspector)?;
    let damaged: BTreeSet<_> = damaged.into_iter().map(|(sha256, _)| sha256).collect();
    damaged.into_iter().try_for_each(|sha256| Ok(store.discard(host, sha256)?))
}
