//! `sync`: an environment with exactly the packages of a lock, in a directory of the person's choice.

use std::path::PathBuf;

use crate::app::change::{
    ChangedEnvironment, EnvironmentChange, EnvironmentStep, InPlaceSwitch, Plan, change_environment,
    usable_environment, with_other_obstacles,
};
use crate::app::environment::{PlannedResolution, Resolution, plan_locked, read_lock, resolve_locked};
use crate::app::error::AppError;
use crate::app::request::{LockOptions, Reinstall, SyncOptions};
use crate::app::state::{Context, Environment, OnlineContext, cache, fingerprint, generation, home, lock};

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
    /// Source code would be built, which decides everything else.
    Build {
        sources: Vec<String>,
    },
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
    let (lock_file, _) = read_lock(context, &options.lock, options.hashes, options.public_key.as_ref())?;
    let resolution = resolve_locked(context, &lock_file, &lock_options(options))
        .inspect_err(|_| home::remove_if_empty(host, context.local.directories))?;
    let id = content_id(options, &resolution);
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
    let (lock_file, _) = read_lock(context, &options.lock, options.hashes, options.public_key.as_ref())?;
    let resolution = match plan_locked(context, &lock_file, &lock_options(options))? {
        PlannedResolution::Build { sources } => return Ok(PlannedSync::Build { sources }),
        PlannedResolution::Resolved(resolution) => *resolution,
    };
    let id = content_id(options, &resolution);
    if let Some(environment) = unchanged(&context.local, options, &resolution, &id)? {
        return Ok(PlannedSync::Unchanged(environment));
    }
    Ok(PlannedSync::Change(EnvironmentChange::plan(context, options, &resolution, &id)?.0))
}

fn lock_options(options: &SyncOptions) -> LockOptions<'_> {
    LockOptions {
        location: &options.lock,
        hashes: options.hashes,
        selection: &options.selection,
        python: &options.python,
        interpreter: None,
        build: &options.build,
        index: &options.index,
    }
}

/// The hash of everything that decides the content.
fn content_id(options: &SyncOptions, resolution: &Resolution) -> String {
    let Resolution { interpreter, pins, .. } = resolution;
    fingerprint(&(LAYOUT, generation::content(pins), interpreter.identity(), options.link_mode))
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
