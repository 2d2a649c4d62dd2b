//! `verify`: whether an application is what was installed: its files, the store's, its interpreter, its launchers, and
//! what Kingbolt wrote down of it. `--repair` makes it so again.

use std::path::PathBuf;

use serde::Serialize;

use crate::host::Host;
use crate::store::{Difference, Inspector, Store};
use crate::vocab::{Sha256, Version, WheelName};

use crate::app::change::bin_directory::Shelf;
use crate::app::command::list::not_installed;
use crate::app::request::options::Exposure;
use crate::app::state::app_state::{self as state, State};
use crate::app::state::context::{Context, lock_installed};
use crate::app::state::generation::Generation;
use crate::app::state::integrity;
use crate::app::state::interpreter::{self, Standing};
use crate::app::state::pointer;
use crate::app::{AppError, AppName};

/// What was found of an application.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verification {
    pub app: AppName,
    /// Of the current generation, where there is one.
    pub version: Option<Version>,
    pub generation: Option<String>,
    /// How many files were looked at.
    pub files: u64,
    pub wheels: usize,
    pub problems: Vec<Problem>,
}

/// Something that is not as it was installed.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "problem")]
pub enum Problem {
    /// A file of the current generation.
    File(Difference),
    /// There is no current generation.
    Generation {
        detail: String,
    },
    Interpreter {
        detail: String,
    },
    /// A command on PATH is missing, or starts something else.
    Launcher {
        path: PathBuf,
    },
    /// A file of a wheel in the store.
    Store {
        wheel: WheelName,
        #[serde(flatten)]
        difference: Difference,
    },
    /// A wheel that the store does not have.
    StoreEntry {
        wheel: WheelName,
    },
    /// The receipt or what is left of a change that was cut off.
    Unsettled {
        detail: String,
    },
}

impl Problem {
    /// Whether it takes a new generation to mend it.
    pub(in crate::app) fn is_of_content(&self) -> bool {
        match self {
            Self::File(_)
            | Self::Generation { .. }
            | Self::Interpreter { .. }
            | Self::Store { .. }
            | Self::StoreEntry { .. } => true,
            Self::Launcher { .. } | Self::Unsettled { .. } => false,
        }
    }
}

/// Looks at an application without changing anything.
///
/// # Errors
/// When there is none of that name, or something cannot be read.
pub fn verify(context: &Context<'_>, app: &AppName) -> Result<Verification, AppError> {
    let places = context.places.app(app);
    // Of a home that cannot be written nobody else changes anything either.
    let _lock = match lock_installed(context, app) {
        Err(AppError::Lock(crate::host::LockError::Io { .. })) => None,
        taken => Some(taken?),
    };
    if !state::is_installed(context.host, &places)? {
        return Err(not_installed(context.host, context.places, app)?);
    }
    inspect(context, app, &state::read(context.host, &places)?, &Inspector::new(context.host))
}

/// Looks at an application whose lock is held.
pub(in crate::app) fn inspect(
    context: &Context<'_>,
    app: &AppName,
    state: &State,
    inspector: &Inspector<'_>,
) -> Result<Verification, AppError> {
    let mut problems = unsettled(context.host, context, app, state)?;
    let Some(current) = &state.current else {
        let detail = "its current generation is damaged or missing".to_owned();
        problems.push(Problem::Generation { detail });
        return Ok(Verification { app: app.clone(), version: None, generation: None, files: 0, wheels: 0, problems });
    };
    problems.extend(of_content(context, current, inspector)?);
    if Exposure::of(app) == Exposure::BinDirectory {
        let shelf = Shelf::of(context.host, context.places, app);
        let misplaced = shelf.misplaced(context.host, &current.facts.commands)?;
        problems.extend(misplaced.into_iter().map(|path| Problem::Launcher { path }));
    }
    Ok(Verification {
        app: app.clone(),
        version: Some(current.facts.version.clone()),
        generation: Some(current.name.directory()),
        files: current.facts.files,
        wheels: current.facts.wheels.len(),
        problems,
    })
}

/// The wheels of a generation that the store does not have as they were unpacked, each with what is wrong.
pub(in crate::app) fn damaged_wheels(
    host: &Host,
    store: &Store,
    generation: &Generation,
    inspector: &Inspector<'_>,
) -> Result<Vec<(Sha256, Problem)>, AppError> {
    let mut problems = Vec::new();
    for wheel in &generation.facts.wheels {
        let Some(sha256) = wheel.sha256() else { continue };
        match store.find(host, sha256)? {
            None => problems.push((sha256, Problem::StoreEntry { wheel: wheel.file.clone() })),
            Some(stored) => {
                let differences = stored.differences(inspector)?.into_iter();
                let told = |difference| (sha256, Problem::Store { wheel: wheel.file.clone(), difference });
                problems.extend(differences.map(told));
            }
        }
    }
    Ok(problems)
}

fn of_content(
    context: &Context<'_>,
    current: &Generation,
    inspector: &Inspector<'_>,
) -> Result<Vec<Problem>, AppError> {
    let host = context.host;
    // Most files of a generation are names of files in the store: each is read once.
    let differences = integrity::differences(host, current, inspector)?;
    let mut problems: Vec<Problem> = differences.into_iter().map(Problem::File).collect();
    let store = Store::open(&context.places.store());
    let damaged = damaged_wheels(host, &store, current, inspector)?;
    problems.extend(damaged.into_iter().map(|(_, problem)| problem));
    if let Standing::Lost(detail) = interpreter::standing(host, context.places, &current.facts.python)? {
        problems.push(Problem::Interpreter { detail });
    }
    Ok(problems)
}

fn unsettled(host: &Host, context: &Context<'_>, app: &AppName, state: &State) -> Result<Vec<Problem>, AppError> {
    let places = context.places.app(app);
    let mut details = Vec::new();
    match pointer::read(host, &places) {
        Ok(Some(_)) => {}
        Ok(None) => details.push("its pointer is missing"),
        Err(AppError::ForeignPointer { .. }) => details.push("its pointer does not point to a generation"),
        Err(error) => return Err(error),
    }
    match (&state.receipt, &state.current) {
        (None, _) => details.push("its receipt is damaged or missing"),
        (Some(_), Some(_)) if !state.is_settled() => details.push("a change was interrupted"),
        (Some(_), _) => {}
    }
    Ok(details.into_iter().map(|detail| Problem::Unsettled { detail: detail.to_owned() }).collect())
}
