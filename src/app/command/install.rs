//! `install`: from a request to an application whose commands work.

use std::path::Path;

use crate::app::Plan;
use crate::host::FileLock;
use crate::vocab::{Algorithm, Origin, Requirement};

use crate::app::change::apply as change;
use crate::app::change::recover;
use crate::app::environment::resolution::{self, Preferences, Resolution};
use crate::app::request::options::{Exposure, Mode, Renewal, Wish};
use crate::app::state::app_state::{self as state, State};
use crate::app::state::context::{Context, lock};
use crate::app::state::directories::remove_empty_home;
use crate::app::state::generation::Generation;
use crate::app::state::integrity::works;
use crate::app::{AppError, AppPlaces, Complete};

/// What came of a wish.
#[derive(Clone, Debug)]
pub enum Outcome {
    Installed(Installation),
    Planned(Plan),
    Unchanged(Installation),
}

/// An installed application.
#[derive(Clone, Debug)]
pub struct Installation {
    pub generation: Generation,
    pub previous: Option<Complete>,
}

/// Installs an application, or finds that it is installed as wished.
///
/// # Errors
/// Whatever went wrong, the application is afterwards what it was before.
pub fn install(context: &Context<'_>, wish: &Wish) -> Result<Outcome, AppError> {
    let places = context.places.app(&wish.app);
    if wish.mode == Mode::DryRun {
        let state = state::read(context.host, &places)?;
        if let Some(current) = met(context, wish, &state)? {
            return Ok(Outcome::Unchanged(Installation { generation: current, previous: None }));
        }
        let resolution = resolution::resolve(context, wish, &Preferences::default())?;
        return Ok(Outcome::Planned(change::plan(context, wish, &state, &resolution)?.plan));
    }
    let lock = lock(context, places.lock()).inspect_err(|_| remove_empty_home(context.host, context.places))?;
    let outcome = install_locked(context, wish);
    if outcome.is_err() {
        tidy(context, &places, lock);
    }
    outcome
}

fn install_locked(context: &Context<'_>, wish: &Wish) -> Result<Outcome, AppError> {
    let state = recover::settle(context, &wish.app, wish.keep.most)?;
    if let Some(current) = met(context, wish, &state)? {
        // Launchers that somebody removed come back.
        recover::expose(context, &wish.app, &current, wish.foreign)?;
        return Ok(Outcome::Unchanged(Installation { generation: current, previous: None }));
    }
    let resolution = prepare(context, wish, &Preferences::default())?;
    let change = change::plan(context, wish, &state, &resolution)?;
    let generation = change::carry_out(context, wish, &change, &resolution, &state)?;
    Ok(Outcome::Installed(Installation { generation, previous: state.current.map(|current| current.facts) }))
}

/// Chooses the packages, after finding out what would stop the change when it is too late.
pub(in crate::app) fn prepare(
    context: &Context<'_>,
    wish: &Wish,
    preferences: &Preferences,
) -> Result<Resolution, AppError> {
    if Exposure::of(&wish.app) == Exposure::BinDirectory {
        context.host.files.check_writable(&context.places.bin_dir)?;
    }
    resolution::resolve(context, wish, preferences)
}

/// The current generation, when it already is what the wish asks for and still works.
fn met(context: &Context<'_>, wish: &Wish, state: &State) -> Result<Option<Generation>, AppError> {
    let Some(current) = &state.current else { return Ok(None) };
    let met = wish.renewal == Renewal::WhenChanged
        && current.facts.request == wish.request
        && works(context, current)?
        && !local_wheel_changed(context, &wish.request.requirement, current)?;
    Ok(met.then(|| current.clone()))
}

/// Whether the request names a local wheel whose content is no longer what was installed.
fn local_wheel_changed(
    context: &Context<'_>,
    requirement: &Requirement,
    current: &Generation,
) -> Result<bool, AppError> {
    let Origin::Url(url) = &requirement.origin else { return Ok(false) };
    let Some(path) = resolution::local_path(url) else { return Ok(false) };
    let digest = context.host.files.hash::<AppError>(&path, Algorithm::Sha256, &context.host.interrupt)?;
    Ok(!current.facts.wheels.iter().any(|wheel| wheel.name == requirement.name && wheel.digest == digest))
}

/// After a failure: an application that was not there before leaves nothing, not even directories.
fn tidy(context: &Context<'_>, places: &AppPlaces, lock: FileLock) {
    let files = context.host.files;
    let is_empty = |path: &Path| files.list(path).is_ok_and(|entries| entries.is_empty());
    // The error that led here is the one to tell; an empty directory that stays does no harm.
    if is_empty(&places.generations()) {
        let _ = files.remove_dir(&places.generations());
        let _ = files.remove_dir(places.root());
        lock.remove();
        remove_empty_home(context.host, context.places);
    }
}
