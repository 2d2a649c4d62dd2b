//! `sync`: an environment with exactly the packages of a lock, in a directory of the person's choice.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::app::change::{
    ChangedEnvironment, EnvironmentChange, EnvironmentStep, InPlaceSwitch, Plan, change_environment,
    usable_environment, with_other_obstacles,
};
use crate::app::environment::{
    BuildMode, PythonSupply, Resolution, builds_to_fetch, discover, fetch_suitable, hash_local, read_lock,
};
use crate::app::error::AppError;
use crate::app::request::{Reinstall, SyncOptions};
use crate::app::state::{Context, Environment, OnlineContext, cache, fingerprint, generation, home, lock};
use crate::host::Event;
use crate::python::{self, Interpreter};
use crate::vocab::{Location, VersionSpecifiers};

/// Raised when environments are laid out differently: one of another layout is built again.
const LAYOUT: u32 = 1;

/// The outcome of `sync`.
#[derive(Clone, Debug)]
pub enum Synced {
    Built {
        environment: Environment,
        /// Files and directories in it that Kingbolt did not create.
        kept: Vec<PathBuf>,
    },
    Unchanged(Environment),
}

/// The outcome of `sync --dry-run`.
#[derive(Clone, Debug)]
pub enum PlannedSync {
    Change(Plan<EnvironmentStep>),
    Unchanged(Environment),
}

/// Builds an environment, or finds that it is as the lock says.
///
/// # Errors
/// Whatever goes wrong before the new environment is complete, the previous one is restored.
pub fn sync(context: &OnlineContext<'_>, options: &SyncOptions) -> Result<Synced, AppError> {
    let host = context.local.host;
    home::check(host, context.local.directories)?;
    cache::mark(&context.local)?;
    let (resolution, id) = selected(context, options, BuildMode::CarryOut)?;
    // One directory, one lock, however its path is spelt.
    let path = context.local.directories.environment_lock(&host.files.canonical_if_present(&options.into));
    let lock = lock(&context.local, &path).map_err(|error| with_other_obstacles(&context.local, error))?;
    let synced = sync_locked(context, options, &resolution, &id);
    lock.remove();
    home::remove_if_empty(host, context.local.directories);
    synced
}

/// Plans `sync` without changing anything.
pub fn plan_sync(context: &OnlineContext<'_>, options: &SyncOptions) -> Result<PlannedSync, AppError> {
    home::check(context.local.host, context.local.directories)?;
    cache::inspect(&context.local)?;
    let (resolution, id) = selected(context, options, BuildMode::Plan)?;
    if let Some(environment) = unchanged(&context.local, options, &resolution, &id)? {
        return Ok(PlannedSync::Unchanged(environment));
    }
    Ok(PlannedSync::Change(EnvironmentChange::plan(context, options, &resolution, &id)?.0))
}

/// The interpreter and the pins that a lock has for this machine, and the hash of everything that decides the content.
fn selected(
    context: &OnlineContext<'_>,
    options: &SyncOptions,
    mode: BuildMode,
) -> Result<(Resolution, String), AppError> {
    let local = &context.local;
    let unreadable = |source| AppError::LockFile { lock: options.lock.clone(), source };
    let lock_file = read_lock(context, &options.lock, options.hashes)?;
    for message in lock_file.warnings() {
        local.progress.event(Event::Warning { message });
    }
    let any = VersionSpecifiers::empty();
    let requires_python = lock_file.requires_python().unwrap_or(&any);
    let select = |interpreter: &Interpreter| {
        lock_file.select(&interpreter.markers, &interpreter.version, &interpreter.tags(), &options.selection)
    };
    let (interpreter, supply) = match python::choose(discover(local, &options.python)?, requires_python) {
        Ok(interpreter) => (interpreter, PythonSupply::Found),
        Err(error) => {
            let builds = builds_to_fetch(local, &options.python, requires_python, &[])?;
            fetch_suitable(context, builds, mode, error.into(), |build| select(&build.interpreter).is_ok())?
        }
    };
    let mut pins = select(&interpreter).map_err(unreadable)?;
    // The servers in a lock of this disk are as good as named by the person; a server names nobody.
    if matches!(options.lock, Location::Path(_)) {
        for pin in &pins {
            if let Location::Url(url) = &pin.location {
                context.network.add_named(url);
            }
        }
    }
    hash_local(local, &mut pins)?;
    let id = fingerprint(&(LAYOUT, generation::content(&pins), interpreter.identity(), options.link_mode));
    Ok((Resolution { interpreter, supply, pins, basis: BTreeMap::new() }, id))
}

fn sync_locked(
    context: &OnlineContext<'_>,
    options: &SyncOptions,
    resolution: &Resolution,
    id: &str,
) -> Result<Synced, AppError> {
    let (host, into) = (context.local.host, options.into.as_path());
    InPlaceSwitch::of(host, context.local.directories, into)?.restore()?;
    if let Some(environment) = unchanged(&context.local, options, resolution, id)? {
        return Ok(Synced::Unchanged(environment));
    }
    let exists = host.files.kind(into)?.is_some();
    let built = change_environment(context, options, resolution, id);
    if built.is_err() && !exists {
        // The error that led here is the one to report; an empty directory does no harm.
        let _ = host.files.remove_dir(into);
    }
    built.map(|ChangedEnvironment { record, kept }| Synced::Built { environment: record, kept })
}

/// The environment, if it is as the lock says already.
fn unchanged(
    context: &Context<'_>,
    options: &SyncOptions,
    resolution: &Resolution,
    id: &str,
) -> Result<Option<Environment>, AppError> {
    match options.reinstall {
        Reinstall::Always => Ok(None),
        Reinstall::IfChanged | Reinstall::IfOutdated => {
            usable_environment(context.host, context.directories, &options.into, resolution, id)
        }
    }
}
