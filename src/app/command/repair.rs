//! `verify --repair`: what is damaged is made anew, from the store, the cache or where it came from, in a generation of
//! its own.

use std::collections::BTreeSet;

use crate::fetch::Catalog;
use crate::index::{File, FileName, IndexSettings};
use crate::python::{Interpreter, PythonRequest};
use crate::store::{Inspector, Store};
use crate::vocab::{Digests, Origin, Pin, Requirement, Version};

use crate::app::change::apply as change;
use crate::app::change::bin_directory::Foreign;
use crate::app::change::recover::{self, settle};
use crate::app::command::install::prepare;
use crate::app::command::list::not_installed;
use crate::app::command::verify::{Problem, Verification, damaged_wheels, inspect};
use crate::app::environment::resolution::{self, Preferences, Resolution};
use crate::app::environment::supply;
use crate::app::request::options::{Check, Mode, Renewal, Wish};
use crate::app::state::app_state::{self as state, State};
use crate::app::state::context::{Context, lock_installed};
use crate::app::state::generation::{Generation, GenerationName, InstalledWheel};
use crate::app::state::integrity;
use crate::app::state::interpreter::{self, Standing};
use crate::app::state::pointer;
use crate::app::state::retention::{KEPT, Keep};
use crate::app::{AppError, AppName, Request};

/// What came of a repair.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// What was found before.
    pub found: Verification,
    /// What is found after.
    pub left: Verification,
}

/// Makes an application what it was when it was installed.
///
/// # Errors
/// When something that is needed cannot be had again; what was current stays so.
pub fn repair(context: &Context<'_>, app: &AppName, index: &IndexSettings) -> Result<Repair, AppError> {
    let host = context.host;
    let places = context.places.app(app);
    let _lock = lock_installed(context, app)?;
    // Until something is built, each file is read once, however often it is asked about.
    let inspector = Inspector::new(host);
    let found = inspect(context, app, &state::read(host, &places)?, &inspector)?;
    let state = adopted(context, app, settle(context, app, KEPT)?)?;
    let damaged = match &state.current {
        Some(current) => {
            let looked_at = inspect(context, app, &state, &inspector)?;
            looked_at.problems.iter().any(Problem::is_of_content).then_some(current)
        }
        None => None,
    };
    match (damaged, &state.current) {
        (Some(current), _) => rebuild(context, app, index, &state, Some(current), &inspector)?,
        (None, None) => rebuild(context, app, index, &state, None, &inspector)?,
        (None, Some(current)) => recover::expose(context, app, current, Foreign::Leave)?,
    }
    let left = inspect(context, app, &state::read(host, &places)?, &Inspector::new(host))?;
    Ok(Repair { found, left })
}

/// The state, after the newest generation was made current where nothing tells which one was.
fn adopted(context: &Context<'_>, app: &AppName, state: State) -> Result<State, AppError> {
    let is_told = state.current.is_some() || state.receipt.is_some();
    let Some(newest) = state.generations.last().filter(|_| !is_told) else { return Ok(state) };
    pointer::flip(context.host, &context.places.app(app), &newest.name)?;
    settle(context, app, KEPT)
}

/// Builds the same again; where the interpreter is lost, for another one.
fn rebuild(
    context: &Context<'_>,
    app: &AppName,
    index: &IndexSettings,
    state: &State,
    current: Option<&Generation>,
    inspector: &Inspector<'_>,
) -> Result<(), AppError> {
    let Some(request) = state.request() else { return Err(not_installed(context.host, context.places, app)?) };
    let wish = Wish {
        app: app.clone(),
        request: possible(context, request)?,
        index: index.clone(),
        renewal: Renewal::Always,
        foreign: Foreign::Leave,
        check: Check::Nothing,
        keep: Keep { most: KEPT, damaged: damaged(context, state, inspector)? },
        mode: Mode::Perform,
    };
    if let Some(current) = current {
        discard_damaged(context, current, inspector)?;
    }
    let resolution = resolution(context, &wish, state, current)?;
    let build = |resolution: &Resolution| {
        let change = change::plan(context, &wish, state, resolution)?;
        change::carry_out(context, &wish, &change, resolution, state)
    };
    match build(&resolution) {
        Err(AppError::Download(error)) if error.is_of_address() => match relocated(context, index, &resolution)? {
            Some(relocated) => build(&relocated)?,
            None => return Err(error.into()),
        },
        other => other?,
    };
    Ok(())
}

/// The request, without an interpreter that it names by its path and that is no longer there: another one serves.
fn possible(context: &Context<'_>, request: &Request) -> Result<Request, AppError> {
    let named = request.python.as_deref().map(PythonRequest::parse).transpose()?;
    let is_gone = match &named {
        Some(PythonRequest::Path(path)) => context.host.files.kind(path)?.is_none(),
        Some(_) | None => false,
    };
    Ok(Request { python: request.python.clone().filter(|_| !is_gone), ..request.clone() })
}

/// The generations that are not what was installed: edits and losses in one reach every other that shares the file.
fn damaged(context: &Context<'_>, state: &State, inspector: &Inspector<'_>) -> Result<Vec<GenerationName>, AppError> {
    let mut damaged = Vec::new();
    for generation in &state.generations {
        if !integrity::differences(context.host, generation, inspector)?.is_empty() {
            damaged.push(generation.name.clone());
        }
    }
    Ok(damaged)
}

/// The same wheels where the index has them today, after one was not to be had where it came from. `None` where that
/// changes nothing.
fn relocated(
    context: &Context<'_>,
    index: &IndexSettings,
    resolution: &Resolution,
) -> Result<Option<Resolution>, AppError> {
    let catalog = Catalog::new(context.host, context.network, &context.places.cache_dir, index);
    let missing: BTreeSet<_> = supply::missing(context, &resolution.pins)?.into_iter().map(|pin| &pin.name).collect();
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

/// The same wheels for the same interpreter where it stands, or for one of the same kind; else the same version of the
/// application for another interpreter.
fn resolution(
    context: &Context<'_>,
    wish: &Wish,
    state: &State,
    current: Option<&Generation>,
) -> Result<Resolution, AppError> {
    let Some(current) = current else {
        let version = state.receipt.as_ref().and_then(|receipt| {
            receipt.history.iter().find(|entry| entry.generation == receipt.current).map(|entry| entry.version.clone())
        });
        return prepare(context, wish, &Preferences { versions: exactly(wish, version), ..Preferences::default() });
    };
    let pins: Vec<Pin> = current.facts.wheels.iter().map(InstalledWheel::pin).collect();
    if let Standing::Stands(interpreter) = interpreter::standing(context.host, context.places, &current.facts.python)? {
        return Ok(Resolution { interpreter: *interpreter, pins });
    }
    let found = resolution::discover(context, wish.request.python.as_deref())?.found;
    let kind = |identity: &str| identity.split(' ').next().map(str::to_owned);
    let is_alike = |other: &Interpreter| kind(&other.identity()) == kind(&current.facts.python.identity);
    if let Some(interpreter) = found.into_iter().find(is_alike) {
        return Ok(Resolution { interpreter, pins });
    }
    let versions = exactly(wish, Some(current.facts.version.clone()));
    prepare(context, wish, &Preferences { versions, ..Preferences::default() })
}

/// The requirement that keeps an application at its version; none for one that is named by an address.
fn exactly(wish: &Wish, version: Option<Version>) -> Vec<Requirement> {
    let package = &wish.request.requirement;
    let is_of_index = matches!(&package.origin, Origin::Index(_));
    let version = version.filter(|_| is_of_index);
    let exact = version.and_then(|version| format!("{}=={version}", package.name).parse().ok());
    exact.into_iter().collect()
}

/// Takes wheels out of the store whose files are no longer what they were: they are fetched anew.
fn discard_damaged(context: &Context<'_>, current: &Generation, inspector: &Inspector<'_>) -> Result<(), AppError> {
    let host = context.host;
    let store = Store::open(&context.places.store());
    let damaged = damaged_wheels(host, &store, current, inspector)?;
    let damaged: BTreeSet<_> = damaged.into_iter().map(|(sha256, _)| sha256).collect();
    damaged.into_iter().try_for_each(|sha256| Ok(store.discard(host, sha256)?))
}
