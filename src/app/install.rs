//! `install`: from a request to an application whose commands work.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use crate::host::network::Network;
use crate::host::{Event, FileKind, FileLock, Host, LockError, Progress, Sharing};
use crate::index::IndexSettings;
use crate::plan::Plan;
use crate::vocab::{Origin, Requirement};

use super::generation::Generation;
use super::interpreter::{self, Standing};
use super::launcher::Foreign;
use super::resolution::{self, Bias, Resolution};
use super::settle::Keep;
use super::state::{self, State};
use super::uninstall::remove_empty_home;
use super::upgrade::not_installed;
use super::{AppError, AppName, AppPlaces, Complete, Places, Request, change, settle, supply, trust};

/// How long another process is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a lock is asked for.
const POLL: Duration = Duration::from_millis(50);

/// What every use case works with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub host: &'a Host,
    pub places: &'a Places,
    pub network: &'a Network,
    pub progress: &'a dyn Progress,
    /// Downloads and unpackings at once.
    pub jobs: NonZeroUsize,
}

/// A wish to have an application.
#[derive(Clone, Debug)]
pub struct Wish {
    pub app: AppName,
    pub request: Request,
    /// The indexes to ask, with credentials.
    pub index: IndexSettings,
    pub renewal: Renewal,
    pub foreign: Foreign,
    /// What a new generation has to pass before it becomes current.
    pub check: Check,
    pub keep: Keep,
    pub mode: Mode,
}

/// What a new generation is tried with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Check {
    /// Its metadata can be read, and its console entry points can be imported.
    EntryPoints,
    Nothing,
}

/// Whether an installation that already meets the request is made anew.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Renewal {
    Always,
    WhenChanged,
}

/// Whether the commands go into the bin directory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Exposure {
    BinDirectory,
    Hidden,
}

impl Exposure {
    /// What `run` installs stays out of sight.
    pub(super) fn of(app: &AppName) -> Self {
        if app.is_hidden() { Self::Hidden } else { Self::BinDirectory }
    }
}

/// Whether the plan is carried out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mode {
    DryRun,
    Perform,
}

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
        let resolution = resolution::resolve(context, wish, &Bias::default())?;
        return Ok(Outcome::Planned(change::plan(context, wish, &state, &resolution)?.plan));
    }
    let lock = lock(context, places.lock())
        .inspect_err(|_| super::uninstall::remove_empty_home(context.host, context.places))?;
    let outcome = install_locked(context, wish);
    if outcome.is_err() {
        tidy(context, &places, lock);
    }
    outcome
}

/// Takes a lock. Another process gets a moment to finish; then it is busy.
pub(super) fn lock(context: &Context<'_>, path: &Path) -> Result<FileLock, AppError> {
    let mut told = false;
    let deadline = context.host.clock.instant() + PATIENCE;
    loop {
        match FileLock::try_take(path, Sharing::Exclusive) {
            Err(LockError::Busy { .. }) if context.host.clock.instant() < deadline => {
                if !told {
                    let message = "another kingbolt is at work there: waiting for it";
                    context.progress.event(Event::Warning { message });
                    told = true;
                }
                context.host.interrupt.check()?;
                context.host.clock.sleep(POLL);
            }
            other => {
                let held = other?;
                return match held.check() {
                    Ok(()) => Ok(held),
                    Err(error) => {
                        held.remove();
                        Err(error.into())
                    }
                };
            }
        }
    }
}

/// Takes the lock of an application that is there.
///
/// # Errors
/// [`AppError::NotInstalled`] when it is not, or went meanwhile.
pub(super) fn lock_installed(context: &Context<'_>, app: &AppName) -> Result<FileLock, AppError> {
    let Context { host, places, .. } = *context;
    let of_app = places.app(app);
    let is_there = || Ok::<_, AppError>(host.files.kind(of_app.root())? == Some(FileKind::Directory));
    if !is_there()? {
        return Err(not_installed(host, places, app)?);
    }
    let lock = lock(context, of_app.lock())?;
    if !is_there()? {
        // Whoever removed the application removed the lock, which this process made anew.
        lock.remove();
        remove_empty_home(host, places);
        return Err(not_installed(host, places, app)?);
    }
    Ok(lock)
}

fn install_locked(context: &Context<'_>, wish: &Wish) -> Result<Outcome, AppError> {
    let state = settle::settle(context, &wish.app, wish.keep.most)?;
    if let Some(current) = met(context, wish, &state)? {
        // Launchers that somebody removed come back.
        settle::expose(context, &wish.app, &current, wish.foreign)?;
        return Ok(Outcome::Unchanged(Installation { generation: current, previous: None }));
    }
    let resolution = prepare(context, wish, &Bias::default())?;
    let change = change::plan(context, wish, &state, &resolution)?;
    let generation = change::carry_out(context, wish, &change, &resolution, &state)?;
    Ok(Outcome::Installed(Installation { generation, previous: state.current.map(|current| current.facts) }))
}

/// Chooses the packages, after finding out what would stop the change when it is too late.
pub(super) fn prepare(context: &Context<'_>, wish: &Wish, bias: &Bias) -> Result<Resolution, AppError> {
    if Exposure::of(&wish.app) == Exposure::BinDirectory {
        context.host.files.check_writable(&context.places.bin_dir)?;
    }
    resolution::resolve(context, wish, bias)
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

/// Whether a generation can be relied on, as far as that shows without reading all of it.
pub(super) fn works(context: &Context<'_>, generation: &Generation) -> Result<bool, AppError> {
    let Context { host, places, .. } = context;
    let python = &generation.facts.python;
    Ok(matches!(interpreter::standing(host, places, python)?, Standing::Stands(_))
        && generation.has_its_commands(host)
        && trust::is_trustworthy(host, generation)?)
}

/// Whether the request names a local wheel whose content is no longer what was installed.
fn local_wheel_changed(
    context: &Context<'_>,
    requirement: &Requirement,
    current: &Generation,
) -> Result<bool, AppError> {
    let Origin::Url(url) = &requirement.origin else { return Ok(false) };
    let Some(path) = resolution::local_path(url) else { return Ok(false) };
    let digest = supply::digest_of(context.host, &path)?;
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
