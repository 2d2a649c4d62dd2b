//! `sync`: an environment with exactly the packages of a lock, in a directory of the person's choice.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::host::{Event, FileKind, Host, STAGED_PREFIX};
use crate::lock::Lock;
use crate::plan::{Fetch, Plan, PythonChoice, Step};
use crate::python::{self, Interpreter};
use crate::store::{LinkMode, Store};
use crate::venv;
use crate::vocab::{ExtraName, Pin, VersionSpecifiers};

use super::generation::{InstalledWheel, PythonFacts};
use super::install::{Context, Mode, lock};
use super::{AppError, change, check_schema, fingerprint, resolution, supply};

/// The newest form of the record that this version reads, and the one it writes.
const SCHEMA: u32 = 1;

/// Raised when environments are laid out differently: one of another layout is made anew.
const LAYOUT: u32 = 1;

/// The record of a finished environment, in its own directory. Written last.
const RECORD: &str = "kingbolt.toml";

/// A wish to have an environment.
#[derive(Clone, Debug)]
pub struct SyncWish {
    pub lock: PathBuf,
    /// Absolute.
    pub into: PathBuf,
    pub python: Option<String>,
    pub extras: Vec<ExtraName>,
    pub link_mode: LinkMode,
    pub mode: Mode,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum Synced {
    Made(Environment),
    Planned(Plan),
    Unchanged(Environment),
}

/// An environment that holds what a lock says.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Environment {
    pub schema: u32,
    /// A hash of everything that decides the content.
    pub id: String,
    pub files: u64,
    pub bytes: u64,
    pub python: PythonFacts,
    #[serde(default)]
    pub wheels: Vec<InstalledWheel>,
}

/// Makes an environment, or finds that it is as the lock says.
///
/// # Errors
/// Whatever goes wrong, an environment that stood there before stands there again.
pub fn sync(context: &Context<'_>, wish: &SyncWish) -> Result<Synced, AppError> {
    let host = context.host;
    let text = host.files.read_text(&wish.lock)?;
    let directory = wish.lock.parent().unwrap_or(Path::new("."));
    let unreadable = |source| AppError::LockFile { path: wish.lock.clone(), source };
    let lock_file = Lock::parse(&text, directory).map_err(unreadable)?;
    for message in lock_file.warnings() {
        context.progress.event(Event::Warning { message });
    }
    let interpreter = choose(context, wish, &lock_file)?;
    let mut pins = lock_file
        .select(&interpreter.markers, &interpreter.version, &interpreter.tags(), &wish.extras, &[])
        .map_err(unreadable)?;
    for pin in &mut pins {
        resolution::hash_local(context, pin)?;
    }
    let id = fingerprint(&(LAYOUT, super::generation::content(&pins), interpreter.identity(), wish.link_mode));
    if wish.mode == Mode::DryRun {
        return match standing(host, &wish.into, &id)? {
            Some(environment) => Ok(Synced::Unchanged(environment)),
            None => Ok(Synced::Planned(plan(context, wish, &interpreter, pins)?)),
        };
    }
    let lock = lock(context, &context.places.environment_lock(&wish.into))?;
    let synced = sync_locked(context, wish, &interpreter, &pins, id);
    if let Err(error) = &synced {
        change::clear_up(context, &pins, error);
    }
    lock.remove();
    super::uninstall::remove_empty_home(host, context.places);
    synced
}

fn choose(context: &Context<'_>, wish: &SyncWish, lock_file: &Lock) -> Result<Interpreter, AppError> {
    let discovery = resolution::discover(context, wish.python.as_deref())?;
    let any = VersionSpecifiers::empty();
    let requires_python = lock_file.requires_python().unwrap_or(&any);
    Ok(python::choose(discovery, requires_python)?)
}

fn sync_locked(
    context: &Context<'_>,
    wish: &SyncWish,
    interpreter: &Interpreter,
    pins: &[Pin],
    id: String,
) -> Result<Synced, AppError> {
    let files = context.host.files;
    let aside = aside(&wish.into);
    restore(context.host, &wish.into, &aside)?;
    if let Some(environment) = standing(context.host, &wish.into, &id)? {
        return Ok(Synced::Unchanged(environment));
    }
    match files.kind(&wish.into)? {
        None => {}
        Some(FileKind::Directory) if files.list(&wish.into)?.is_empty() => files.remove_dir(&wish.into)?,
        Some(FileKind::Directory) if is_ours(context.host, &wish.into) => files.rename(&wish.into, &aside)?,
        Some(_) => return Err(AppError::ForeignEnvironment { path: wish.into.clone() }),
    }
    match make(context, wish, interpreter, pins, id) {
        Ok(environment) => {
            files.remove_tree(&aside)?;
            Ok(Synced::Made(environment))
        }
        Err(error) => {
            // The error that led here is the one to tell; what stays is restored by the next sync.
            let _ = restore(context.host, &wish.into, &aside);
            Err(error)
        }
    }
}

fn make(
    context: &Context<'_>,
    wish: &SyncWish,
    interpreter: &Interpreter,
    pins: &[Pin],
    id: String,
) -> Result<Environment, AppError> {
    let host = context.host;
    let hold = Store::open(&context.places.store()).hold()?;
    let wheels = supply::supply(context, pins)?;
    let prompt = wish.into.file_name().unwrap_or_default().to_string_lossy().into_owned();
    host.files.write_atomic(&unfinished(&wish.into), b"")?;
    let options = venv::Options { prompt: Some(prompt) };
    let layout = venv::create(host, interpreter, &wish.into, &options)?;
    let assembly = change::install_wheels(context, pins, &wheels, &layout, wish.link_mode)?;
    host.interrupt.check()?;
    let environment = Environment {
        schema: SCHEMA,
        id,
        files: assembly.wheels.iter().map(|wheel| wheel.files as u64).sum(),
        bytes: assembly.wheels.iter().map(|wheel| wheel.bytes).sum(),
        python: PythonFacts::of(interpreter),
        wheels: pins.iter().zip(&wheels).map(change::installed_wheel).collect(),
    };
    let text = toml::to_string(&environment).map_err(|source| AppError::Unwritable { what: RECORD, source })?;
    host.files.write_atomic(&wish.into.join(RECORD), text.as_bytes())?;
    host.files.remove_file(&unfinished(&wish.into))?;
    drop(hold);
    Ok(environment)
}

fn plan(context: &Context<'_>, wish: &SyncWish, interpreter: &Interpreter, pins: Vec<Pin>) -> Result<Plan, AppError> {
    let environment = wish.into.clone();
    let mut steps = Vec::new();
    if is_ours(context.host, &environment) {
        steps.push(Step::SetAside { environment: environment.clone() });
    }
    let missing = supply::missing(context, &pins)?;
    if !missing.is_empty() {
        steps.push(Step::Fetch { wheels: missing.into_iter().map(Fetch::of).collect() });
    }
    steps.push(Step::CreateEnvironment { environment: environment.clone() });
    steps.push(Step::Install { wheels: pins.iter().map(|pin| pin.wheel.clone()).collect() });
    steps.push(Step::Complete);
    let python = PythonChoice { executable: interpreter.executable.clone(), version: interpreter.version.clone() };
    Ok(Plan { environment, python, pins, steps })
}

/// The finished environment in a directory, when it has the wished content.
fn standing(host: &Host, root: &Path, id: &str) -> Result<Option<Environment>, AppError> {
    let path = root.join(RECORD);
    let Some(bytes) = host.files.read_if_present(&path)? else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    check_schema(&path, &text, SCHEMA)?;
    let environment: Environment =
        toml::from_str(&text).map_err(|source| AppError::Malformed { path, source: Box::new(source) })?;
    Ok((environment.id == id && host.files.is_file(&environment.python.executable)).then_some(environment))
}

fn is_ours(host: &Host, root: &Path) -> bool {
    host.files.is_file(&root.join(RECORD))
}

/// Where the previous environment waits while the new one is made.
fn aside(root: &Path) -> PathBuf {
    beside(root, "previous")
}

/// The file that stands beside an environment until it is finished.
fn unfinished(root: &Path) -> PathBuf {
    beside(root, "unfinished")
}

fn beside(root: &Path, role: &str) -> PathBuf {
    let name = root.file_name().unwrap_or_default().to_string_lossy();
    root.with_file_name(format!("{STAGED_PREFIX}{role}-{name}"))
}

/// Undoes a sync that was interrupted: what it set aside comes back, what it did not finish goes.
fn restore(host: &Host, root: &Path, aside: &Path) -> Result<(), AppError> {
    let files = host.files;
    if files.is_file(&unfinished(root)) {
        files.remove_tree(root)?;
        files.remove_file(&unfinished(root))?;
    }
    match (files.kind(aside)?, files.kind(root)?) {
        (Some(_), None) => files.rename(aside, root)?,
        (Some(_), Some(_)) => files.remove_tree(aside)?,
        (None, _) => {}
    }
    Ok(())
}
