//! `verify --repair`: rebuilds a damaged app in a new generation, from the store, the cache or the origin of its wheels.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use crate::app::change::{
    Activation, ActivationStep, change_app, check_directories, link_commands, recover, with_other_obstacles,
};
use crate::app::environment::{Preferences, PythonSupply, Resolution, Supply, TooNew, discover, fetch_again, resolve};
use crate::app::error::AppError;
use crate::app::request::{Check, InstallOptions, KEPT, Overwrite, Reinstall, Request};
use crate::app::state::{
    AppName, AppState, Context, Damaged, Generation, GenerationRecord, InstalledWheel, OnlineContext, Position,
    Retention, Standing, cache, integrity, interpreter, lock_installed, not_installed, records,
};

use super::install::held;
use super::verify::{Generations, Verification, damaged_wheels, inspect, of_content};
use crate::fetch::Catalog;
use crate::index::{File, FileName, IndexSettings};
use crate::python::{Interpreter, PythonRequest};
use crate::resolve::UndatedFiles;
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
pub fn repair(
    context: &OnlineContext<'_>,
    app: &AppName,
    generations: Generations,
    index: &IndexSettings,
) -> Result<Repair, AppError> {
    let local = &context.local;
    let _lock = lock_installed(local, app).map_err(|error| with_other_obstacles(local, error))?;
    cache::mark(local)?;
    let mut state = AppState::read(local.host, local.directories, app)?;
    // Until something is built, each file is read once, however often it is asked about.
    let inspector = Inspector::reporting_to(local.progress, local.host);
    let found = inspect(local, &state, generations, &inspector)?;
    let damaged = match generations {
        Generations::All => Damaged::Keep,
        Generations::Current => Damaged::Remove,
    };
    recover(local, &mut state, Retention { damaged, ..KEPT.into() })?;
    adopt_newest(local, &mut state)?;
    let behind = match generations {
        Generations::All => damaged_behind(local, &state, &inspector)?,
        Generations::Current => Vec::new(),
    };
    let is_whole = match state.current() {
        Some(current) => of_content(local, current, &inspector)?.is_empty(),
        None => false,
    };
    if !is_whole || !behind.is_empty() {
        record_damage(local, &mut state, &inspector)?;
    }
    match state.current() {
        Some(current) if is_whole => {
            link_commands(local, app, current, &state.known_commands(current), &Overwrite::Skip)?;
        }
        Some(_) | None => rebuild(context, index, &mut state, damaged, &inspector)?,
    }
    for (damaged, position) in &behind {
        rebuild_behind(context, index, &mut state, damaged, *position, &inspector)?;
    }
    remove_damaged(local, &mut state)?;
    remove_bytecode(local, &state, generations)?;
    // Compared with the disk, not with what was just written to it.
    let state = AppState::read(local.host, local.directories, app)?;
    let left = inspect(local, &state, generations, &Inspector::reporting_to(local.progress, local.host))?;
    Ok(Repair { found, left })
}

/// The damaged generations behind the current one, each with the position of what replaces it.
fn damaged_behind(
    context: &Context<'_>,
    state: &AppState,
    inspector: &Inspector<'_>,
) -> Result<Vec<(Generation, Position)>, AppError> {
    let current = state.current().map(|current| &current.name);
    let previous = state.other_than(current).map(|previous| &previous.name);
    let mut damaged = Vec::new();
    for generation in state.generations.iter().filter(|generation| Some(&generation.name) != current) {
        if !of_content(context, generation, inspector)?.is_empty() {
            let is_previous = Some(&generation.name) == previous;
            damaged.push((generation.clone(), if is_previous { Position::Previous } else { Position::Older }));
        }
    }
    Ok(damaged)
}

/// Records which generations are damaged, before any other becomes current: whatever happens then, nobody goes back to
/// them, and the next change removes them. An edit or loss in one reaches every other that shares the file.
fn record_damage(context: &Context<'_>, state: &mut AppState, inspector: &Inspector<'_>) -> Result<(), AppError> {
    for generation in &mut state.generations {
        let is_damaged = !integrity::differences(context.host, generation, inspector)?.is_empty();
        records::mark_damaged(context.host, generation, is_damaged)?;
    }
    Ok(())
}

/// Removes the generations that were replaced.
fn remove_damaged(context: &Context<'_>, state: &mut AppState) -> Result<(), AppError> {
    let Some(current) = state.current().cloned() else { return Ok(()) };
    let is_replaced = |one: &Generation| one.record.is_damaged && one.name != current.name;
    if !state.generations.iter().any(is_replaced) {
        return Ok(());
    }
    let whole = |one: &&Generation| !one.record.is_damaged;
    let previous = state.other_than(Some(&current.name)).filter(whole);
    let previous =
        previous.or_else(|| state.generations.iter().rev().filter(whole).find(|one| one.name != current.name));
    let previous = previous.map(|previous| previous.name.clone());
    let steps = [ActivationStep::RemoveOld, ActivationStep::WriteReceipt { receipt: state.directories.receipt() }];
    let (retention, overwrite) = (Retention::from(NonZeroUsize::MAX), &Overwrite::Skip);
    let (target, previous) = (&current, previous.as_ref());
    Activation { context, state, target, previous, overwrite, retention: &retention }.carry_out(&steps)
}

/// Removes the bytecode that Python has cached: what it was compiled from, nobody can tell.
fn remove_bytecode(context: &Context<'_>, state: &AppState, generations: Generations) -> Result<(), AppError> {
    let current = state.current().map(|current| &current.name);
    for generation in &state.generations {
        if generations == Generations::All || Some(&generation.name) == current {
            for path in integrity::bytecode(context.host, generation)? {
                context.host.files.remove_file(&path)?;
                // A directory in which something else lies stays.
                let _ = path.parent().map(|directory| context.host.files.remove_dir(directory));
            }
        }
    }
    Ok(())
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
    damaged: Damaged,
    inspector: &Inspector<'_>,
) -> Result<(), AppError> {
    let local = &context.local;
    let Some(request) = state.request() else {
        return Err(not_installed(local.host, local.directories, &state.app)?);
    };
    let options = InstallOptions {
        request: without_missing_python(local, request)?,
        versions: Vec::new(),
        index: index.clone(),
        reinstall: Reinstall::Always,
        overwrite: Overwrite::Skip,
        check: Check::Nothing,
        // As many as there are: a repair removes no generation that is whole.
        keep: NonZeroUsize::new(state.generations.len()).map_or(KEPT, |there| there.max(KEPT)),
    };
    let retention = Retention { damaged, ..options.keep.into() };
    let resolution = if let Some(current) = state.current() {
        discard_damaged(local, current, inspector)?;
        same_resolution(context, &options, current, state)?
    } else {
        let version = state.receipt.as_ref().and_then(|receipt| {
            let current = receipt.history.iter().find(|entry| entry.generation == receipt.current);
            current.map(|entry| entry.version.clone())
        });
        resolve_version(context, &options, state, version)?
    };
    change_to(context, index, &options, &retention, &resolution, state)
}

/// Builds a generation behind the current one again, unless another is the same.
fn rebuild_behind(
    context: &OnlineContext<'_>,
    index: &IndexSettings,
    state: &mut AppState,
    damaged: &Generation,
    position: Position,
    inspector: &Inspector<'_>,
) -> Result<(), AppError> {
    let local = &context.local;
    discard_damaged(local, damaged, inspector)?;
    let same = state.generations.iter().filter(|one| one.name.id == damaged.name.id && one.name != damaged.name);
    for same in same {
        if of_content(local, same, inspector)?.is_empty() {
            return replaced(local, state, damaged);
        }
    }
    let options = InstallOptions {
        request: without_missing_python(local, &damaged.record.request)?,
        versions: Vec::new(),
        index: index.clone(),
        reinstall: Reinstall::Always,
        overwrite: Overwrite::Skip,
        check: Check::Nothing,
        keep: NonZeroUsize::MAX,
    };
    let resolution = same_resolution(context, &options, damaged, state)?;
    let retention = Retention { position, damaged: Damaged::Keep, ..options.keep.into() };
    change_to(context, index, &options, &retention, &resolution, state)?;
    replaced(local, state, damaged)
}

/// Records that another generation has taken the place of a damaged one, unless that is gone already.
fn replaced(context: &Context<'_>, state: &mut AppState, damaged: &Generation) -> Result<(), AppError> {
    let mut there = state.generations.iter_mut().filter(|one| one.name == damaged.name);
    there.try_for_each(|generation| records::mark_damaged(context.host, generation, true))
}

/// Carries out a change with the wheels of a resolution, wherever the index has them today.
fn change_to(
    context: &OnlineContext<'_>,
    index: &IndexSettings,
    options: &InstallOptions,
    retention: &Retention,
    resolution: &Resolution,
    state: &mut AppState,
) -> Result<(), AppError> {
    match change_app(context, options, retention, resolution, state) {
        Err(AppError::Download(error)) if error.is_of_address() => match relocated(context, index, resolution)? {
            Some(relocated) => change_app(context, options, retention, &relocated, state)?,
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

/// The same wheels where the index has them today, after one was no longer at its address. `None` if that changes
/// nothing.
fn relocated(
    context: &OnlineContext<'_>,
    index: &IndexSettings,
    resolution: &Resolution,
) -> Result<Option<Resolution>, AppError> {
    let local = &context.local;
    let catalog = Catalog::new(local.host, context.network, cache::marked(local.host, local.directories), index);
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

/// The same wheels for the same interpreter if it is present or can be fetched again, or for one of the same kind; else the same version of the
/// app for another interpreter.
fn same_resolution(
    context: &OnlineContext<'_>,
    options: &InstallOptions,
    generation: &Generation,
    state: &AppState,
) -> Result<Resolution, AppError> {
    let local = &context.local;
    let python = &generation.record.python;
    let pins: Vec<Pin> = generation.record.wheels.iter().map(InstalledWheel::pin).collect();
    // A wheel that was built here can only be built again.
    if Supply::new(context).missing(&pins)?.iter().any(|pin| pin.is_built()) {
        return resolve_version(context, options, state, Some(generation.record.version.clone()));
    }
    if let Standing::Present(interpreter) = interpreter::standing(local.host, local.directories, python)? {
        return Ok(recorded(*interpreter, PythonSupply::Found, pins, &generation.record));
    }
    if let Some((interpreter, supply)) = fetch_again(context, &python.executable)? {
        return Ok(recorded(interpreter, supply, pins, &generation.record));
    }
    let found = discover(local, options.request.python())?.found;
    let is_alike = |other: &Interpreter| other.identity().is_same_kind(&python.identity);
    match found.into_iter().find(is_alike) {
        Some(interpreter) => Ok(recorded(interpreter, PythonSupply::Found, pins, &generation.record)),
        None => resolve_version(context, options, state, Some(generation.record.version.clone())),
    }
}

/// The packages that a record has.
fn recorded(interpreter: Interpreter, supply: PythonSupply, pins: Vec<Pin>, record: &GenerationRecord) -> Resolution {
    Resolution { interpreter, supply, pins, basis: BTreeMap::new(), accelerator: record.accelerator.clone() }
}

/// The packages of a version of the app, for whichever interpreter there is.
fn resolve_version(
    context: &OnlineContext<'_>,
    options: &InstallOptions,
    state: &AppState,
    version: Option<Version>,
) -> Result<Resolution, AppError> {
    check_directories(&context.local, &state.app)?;
    let preferences = Preferences {
        versions: exactly(options, version),
        too_new: TooNew::Keep,
        undated: UndatedFiles::Admit,
        ..held(state)
    };
    resolve(context, &options.request, &options.index, &preferences)
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
fn discard_damaged(context: &Context<'_>, generation: &Generation, inspector: &Inspector<'_>) -> Result<(), AppError> {
    let host = context.host;
    let store = Store::open(&context.directories.store());
    let damaged = damaged_wheels(host, &store, generation, inspector)?;
    let damaged: BTreeSet<_> = damaged.into_iter().map(|(sha256, _)| sha256).collect();
    damaged.into_iter().try_for_each(|sha256| Ok(store.discard(host, context.progress, sha256)?))
}
