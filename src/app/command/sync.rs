//! `sync`: an environment with exactly the packages of a lock, in a directory of the person's choice.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::{Fetch, Plan, PythonChoice, Step};
use crate::host::{Event, Host, checkpoint};
use crate::lock::Lock;
use crate::python::{self, Interpreter};
use crate::store::{LinkMode, Store, StoredWheel};
use crate::venv::{self, Layout};
use crate::vocab::{ExtraName, Pin, VersionSpecifiers};
use crate::wheel::RecordHash;

use crate::app::change::apply as change;
use crate::app::change::in_place::Standby;
use crate::app::command::cache;
use crate::app::environment::resolution;
use crate::app::environment::supply;
use crate::app::request::options::{Mode, Renewal};
use crate::app::state::context::{Context, lock};
use crate::app::state::fingerprint::fingerprint;
use crate::app::state::generation::{InstalledWheel, PythonFacts};
use crate::app::{AppError, check_schema};

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
    pub renewal: Renewal,
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
    let id =
        fingerprint(&(LAYOUT, crate::app::state::generation::content(&pins), interpreter.identity(), wish.link_mode));
    if wish.mode == Mode::DryRun {
        return match standing(host, wish, &interpreter, &id)? {
            Some(environment) => Ok(Synced::Unchanged(environment)),
            None => Ok(Synced::Planned(plan(context, wish, &interpreter, pins)?)),
        };
    }
    // One directory, one lock, however it is spelt.
    let path = context.places.environment_lock(&one_spelling(host, &wish.into));
    // Whoever was killed in the middle left the lock. Without it, and without an environment of ours that waits aside,
    // what looks unfinished is somebody else's.
    let was_begun = host.files.is_file(&path);
    let lock = lock(context, &path)?;
    let synced = sync_locked(context, wish, &interpreter, &pins, &id, was_begun);
    if let Err(error) = &synced {
        change::clear_up(context, &pins, error);
    }
    lock.remove();
    crate::app::state::directories::remove_empty_home(host, context.places);
    synced
}

/// A path without symbolic links, as far as it is there already.
fn one_spelling(host: &Host, path: &Path) -> PathBuf {
    // By parts: joining with nothing would add a slash.
    let spelt = |above: &Path| {
        let below = path.strip_prefix(above).ok()?;
        Some(host.files.canonical(above).ok()?.iter().chain(below).collect())
    };
    path.ancestors().find_map(spelt).unwrap_or_else(|| path.to_owned())
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
    id: &str,
    was_begun: bool,
) -> Result<Synced, AppError> {
    let files = context.host.files;
    let standby = Standby { files, root: &wish.into, record: RECORD };
    if was_begun || is_ours(context.host, &standby.previous()) {
        standby.restore()?;
    }
    if let Some(environment) = standing(context.host, wish, interpreter, id)? {
        return Ok(Synced::Unchanged(environment));
    }
    let stands = files.kind(&wish.into)?.is_some();
    if stands && !files.is_dir(&wish.into) || !files.list(&wish.into)?.is_empty() && !is_ours(context.host, &wish.into)
    {
        return Err(AppError::ForeignEnvironment { path: wish.into.clone() });
    }
    let made = supply::with_sound_wheels(context, || make(context, wish, interpreter, pins, id));
    if made.is_err() && !stands {
        // The error that led here is the one to tell; an empty directory does no harm.
        let _ = files.remove_dir(&wish.into);
    }
    made.map(Synced::Made)
}

fn make(
    context: &Context<'_>,
    wish: &SyncWish,
    interpreter: &Interpreter,
    pins: &[Pin],
    id: &str,
) -> Result<Environment, AppError> {
    let standby = Standby { files: context.host.files, root: &wish.into, record: RECORD };
    let hold = Store::open(&context.places.store()).lock_shared(context.host)?;
    // What takes long comes first: until everything is here, the previous environment stands.
    let wheels = supply::supply(context, pins)?;
    let filled =
        standby.begin().map_err(AppError::from).and_then(|()| fill(context, wish, interpreter, pins, &wheels, id));
    drop(hold);
    match filled {
        Ok(environment) => {
            standby.finish()?;
            cache::clear_unfinished(context.host, context.places);
            Ok(environment)
        }
        Err(error) => {
            // The error that led here is the one to tell; what stays is restored by the next sync.
            let _ = standby.restore();
            Err(error)
        }
    }
}

fn fill(
    context: &Context<'_>,
    wish: &SyncWish,
    interpreter: &Interpreter,
    pins: &[Pin],
    wheels: &[StoredWheel],
    id: &str,
) -> Result<Environment, AppError> {
    let host = context.host;
    let prompt = wish.into.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let options = venv::Options { prompt: Some(prompt) };
    let layout = venv::create(host, interpreter, &wish.into, &options)?;
    let assembly = change::install_wheels(context, pins, wheels, &layout, wish.link_mode)?;
    host.interrupt.check()?;
    let environment = Environment {
        schema: SCHEMA,
        id: id.to_owned(),
        files: assembly.wheels.iter().map(|wheel| wheel.files as u64).sum(),
        bytes: assembly.wheels.iter().map(|wheel| wheel.bytes).sum(),
        python: PythonFacts::of(interpreter),
        wheels: change::installed_wheels(pins, wheels, &assembly, &host.files.canonical(&wish.into)?),
    };
    let text = toml::to_string(&environment).map_err(|source| AppError::Unwritable { what: RECORD, source })?;
    host.files.write_atomic(&wish.into.join(RECORD), text.as_bytes())?;
    checkpoint("record written");
    Ok(environment)
}

fn plan(context: &Context<'_>, wish: &SyncWish, interpreter: &Interpreter, pins: Vec<Pin>) -> Result<Plan, AppError> {
    let environment = wish.into.clone();
    let mut steps = Vec::new();
    let missing = supply::missing(context, &pins)?;
    if !missing.is_empty() {
        steps.push(Step::Fetch { wheels: missing.into_iter().map(Fetch::of).collect() });
    }
    if is_ours(context.host, &environment) {
        steps.push(Step::SetAside { environment: environment.clone() });
    }
    steps.push(Step::CreateEnvironment { environment: environment.clone() });
    steps.push(Step::Install { wheels: pins.iter().map(|pin| pin.wheel.clone()).collect() });
    steps.push(Step::Complete);
    let python = PythonChoice { executable: interpreter.executable.clone(), version: interpreter.version.clone() };
    Ok(Plan { environment, python, pins, steps })
}

/// The finished environment in a directory, when it has the wished content and can be used. One whose record is damaged
/// is made anew, and one that lacks a package or has another in its place: what each RECORD says is compared, but not
/// every file.
fn standing(
    host: &Host,
    wish: &SyncWish,
    interpreter: &Interpreter,
    id: &str,
) -> Result<Option<Environment>, AppError> {
    let root = wish.into.as_path();
    let path = root.join(RECORD);
    if wish.renewal == Renewal::Always {
        return Ok(None);
    }
    let Some(bytes) = host.files.read_if_present(&path)? else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    match check_schema(&path, &text, SCHEMA) {
        Err(AppError::Malformed { .. }) => return Ok(None),
        checked => checked?,
    }
    let Ok(environment) = toml::from_str::<Environment>(&text) else { return Ok(None) };
    let mut works = environment.id == id && host.files.is_file(&Layout::of(interpreter, root).python);
    for wheel in &environment.wheels {
        let record = host.files.read_if_present(&root.join(&wheel.record))?;
        works &= record.is_some_and(|record| RecordHash::of(&record) == wheel.record_hash);
    }
    Ok(works.then_some(environment))
}

/// Whether an environment that stands there was made by Kingbolt, though its record may be damaged. Others have files of
/// that name too.
fn is_ours(host: &Host, root: &Path) -> bool {
    let configuration = host.files.read_text(&root.join("pyvenv.cfg")).unwrap_or_default();
    host.files.is_file(&root.join(RECORD)) && configuration.lines().any(|line| line.starts_with("kingbolt = "))
}
