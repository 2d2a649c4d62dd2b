//! `upgrade`: the newest that an application's request admits, built beside what is installed, tried, then made current.

use std::num::NonZeroUsize;

use crate::app::{Plan, VersionChange, changes};
use crate::host::Host;
use crate::index::IndexSettings;
use crate::vocab::{Digest, Digests, PackageName, Pin, Version};

use crate::app::change::apply as change;
use crate::app::change::bin_directory::Foreign;
use crate::app::change::recover::settle;
use crate::app::command::install::{Installation, prepare};
use crate::app::command::list::not_installed;
use crate::app::environment::resolution::{self, Preferences, Resolution};
use crate::app::request::options::{Check, Mode, Renewal, Wish};
use crate::app::state::app_state::{self as state, State};
use crate::app::state::context::{Context, lock_installed};
use crate::app::state::generation::Generation;
use crate::app::state::integrity::works;
use crate::app::{AppError, AppName, Complete, Places, Request};

/// A wish to have the newest of an application.
#[derive(Clone, Debug)]
pub struct UpgradeWish {
    pub app: AppName,
    /// The indexes to ask, with credentials.
    pub index: IndexSettings,
    /// How many generations stay.
    pub keep: NonZeroUsize,
    pub mode: Mode,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Upgrade {
    Planned { plan: Plan, changes: Vec<VersionChange> },
    Unchanged(Installation),
    Upgraded { installation: Installation, changes: Vec<VersionChange> },
}

/// What was asked for when an application was installed: an upgrade asks for the same.
///
/// # Errors
/// [`AppError::NotInstalled`] when nothing tells.
pub fn remembered(host: &Host, places: &Places, app: &AppName) -> Result<Request, AppError> {
    let state = state::read(host, &places.app(app))?;
    match state.request() {
        Some(request) => Ok(request.clone()),
        None => Err(not_installed(host, places, app)?),
    }
}

/// Upgrades an application, or finds that there is nothing newer.
///
/// # Errors
/// Whatever went wrong, what was installed before is installed still.
pub fn upgrade(context: &Context<'_>, wish: &UpgradeWish) -> Result<Upgrade, AppError> {
    let places = context.places.app(&wish.app);
    if wish.mode == Mode::DryRun {
        return upgrade_from(context, wish, state::read(context.host, &places)?);
    }
    let _lock = lock_installed(context, &wish.app)?;
    upgrade_from(context, wish, settle(context, &wish.app, wish.keep)?)
}

fn upgrade_from(context: &Context<'_>, upgrade: &UpgradeWish, state: State) -> Result<Upgrade, AppError> {
    let Some(request) = state.request() else { return Err(not_installed(context.host, context.places, &upgrade.app)?) };
    let wish = Wish {
        app: upgrade.app.clone(),
        request: request.clone(),
        index: upgrade.index.clone(),
        renewal: Renewal::WhenChanged,
        foreign: Foreign::Refuse,
        check: Check::EntryPoints,
        keep: upgrade.keep.into(),
        mode: upgrade.mode,
    };
    let interpreter = state.current.as_ref().map(|current| current.facts.python.executable.clone());
    let preferences = Preferences { interpreter, ..Preferences::default() };
    let resolution = match upgrade.mode {
        Mode::DryRun => resolution::resolve(context, &wish, &preferences)?,
        Mode::Perform => prepare(context, &wish, &preferences)?,
    };
    if let Some(current) = &state.current
        && is_what_was_resolved(&current.facts, &resolution)
        && works(context, current)?
    {
        return Ok(Upgrade::Unchanged(Installation { generation: current.clone(), previous: None }));
    }
    let changes = changes_from(state.current.as_ref(), &resolution);
    let change = change::plan(context, &wish, &state, &resolution)?;
    if upgrade.mode == Mode::DryRun {
        return Ok(Upgrade::Planned { plan: change.plan, changes });
    }
    let generation = change::carry_out(context, &wish, &change, &resolution, &state)?;
    let previous = state.current.map(|current| current.facts);
    Ok(Upgrade::Upgraded { installation: Installation { generation, previous }, changes })
}

fn changes_from(current: Option<&Generation>, resolution: &Resolution) -> Vec<VersionChange> {
    let installed = current.map(|current| versions(&current.facts)).unwrap_or_default();
    changes(installed, resolution.pins.iter().map(|pin| (pin.name.clone(), pin.version.clone())))
}

/// The packages of a generation with their versions.
pub(in crate::app) fn versions(facts: &Complete) -> Vec<(PackageName, Version)> {
    facts.wheels.iter().map(|wheel| (wheel.name.clone(), wheel.version.clone())).collect()
}

/// Whether a generation consists of exactly these wheels, on that interpreter. Where nobody states a digest, the name of
/// the file has to do.
fn is_what_was_resolved(facts: &Complete, resolution: &Resolution) -> bool {
    let is_stated = |pin: &Pin, digest: &Digest| {
        let stated = pin.digests.as_ref().map(Digests::as_slice).unwrap_or_default();
        let comparable = |stated: &&Digest| stated.algorithm() == digest.algorithm();
        stated.iter().find(comparable).is_none_or(|stated| stated == digest)
    };
    let is_same = |pin: &Pin| facts.wheels.iter().any(|wheel| wheel.file == pin.wheel && is_stated(pin, &wheel.digest));
    facts.python.identity == resolution.interpreter.identity()
        && facts.wheels.len() == resolution.pins.len()
        && resolution.pins.iter().all(is_same)
}
