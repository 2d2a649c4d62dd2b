//! `verify`: compares an app with what was installed: its files, the store's, its interpreter, its launchers, and
//! Kingbolt's own records of it. Changes nothing.

use std::io::ErrorKind;

use serde::Serialize;

use crate::app::change::{BinDirectory, SharedLinks};
use crate::app::error::AppError;
use crate::app::state::{
    AppName, AppState, Context, Generation, Pointer, Standing, integrity, interpreter, is_installed, lock_installed,
    not_installed,
};
use crate::host::{FileKind, Host, LockError};
use crate::store::{Difference, DifferenceKind, Inspector, Store};
use crate::vocab::{Sha256, Version, WheelName};

/// The result of verifying an app.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verification {
    pub app: AppName,
    /// That of the current generation, if there is one.
    pub version: Option<Version>,
    pub generation: Option<String>,
    /// The number of files.
    pub files: u64,
    pub wheels: usize,
    pub problems: Vec<Problem>,
    /// The generations behind the current one, if they were asked for; lowest number first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<VerifiedGeneration>,
}

/// The generations to verify.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Generations {
    All,
    Current,
}

/// The result of verifying a generation behind the current one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VerifiedGeneration {
    pub number: u32,
    pub generation: String,
    pub version: Version,
    pub files: u64,
    pub wheels: usize,
    pub problems: Vec<Problem>,
}

impl Verification {
    /// The number of problems.
    pub fn count(&self) -> usize {
        self.problems.len() + self.others.iter().map(|other| other.problems.len()).sum::<usize>()
    }
}

/// A difference from what was installed.
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
    Launcher(Difference),
    /// A link to a manual page or a completion is missing.
    SharedLink(Difference),
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
    /// A lost receipt or pointer, or an interrupted change.
    #[serde(rename = "unsettled")]
    Unfinished {
        detail: String,
    },
}

/// Verifies an app without changing anything.
///
/// # Errors
/// When there is none of that name, or something cannot be read.
pub fn verify(context: &Context<'_>, app: &AppName, generations: Generations) -> Result<Verification, AppError> {
    // A home that cannot be written is changed by nobody else either.
    let _lock = match lock_installed(context, app) {
        Err(AppError::Lock(LockError::Io { .. })) => None,
        taken => Some(taken?),
    };
    if !is_installed(context.host, &context.directories.app(app))? {
        return Err(not_installed(context.host, context.directories, app)?);
    }
    let state = AppState::read(context.host, context.directories, app)?;
    inspect(context, &state, generations, &Inspector::reporting_to(context.progress, context.host))
}

/// Verifies an app whose lock is held.
pub(in crate::app) fn inspect(
    context: &Context<'_>,
    state: &AppState,
    generations: Generations,
    inspector: &Inspector<'_>,
) -> Result<Verification, AppError> {
    let app = &state.app;
    let others = match generations {
        Generations::All => others(context, state, inspector)?,
        Generations::Current => Vec::new(),
    };
    let mut problems = unfinished(state);
    let Some(current) = state.current() else {
        let detail = "its current generation is damaged or missing".to_owned();
        problems.push(Problem::Generation { detail });
        let (app, version, generation) = (app.clone(), None, None);
        return Ok(Verification { app, version, generation, files: 0, wheels: 0, problems, others });
    };
    problems.extend(of_content(context, current, inspector)?);
    if !app.is_hidden() {
        let misplaced = BinDirectory::of(context, app).misplaced(context.host, &current.record.commands)?;
        for path in misplaced {
            // A link to a file that is gone starts nothing, whoever made it.
            let is_missing = match context.host.files.kind(&path)? {
                None => true,
                Some(FileKind::Symlink) => {
                    let leads_to = context.host.files.metadata(&path);
                    leads_to.is_err_and(|error| error.source.kind() == ErrorKind::NotFound)
                }
                Some(FileKind::Directory | FileKind::File | FileKind::Other) => false,
            };
            let kind = if is_missing { DifferenceKind::Missing } else { DifferenceKind::Changed };
            problems.push(Problem::Launcher(Difference { path, kind }));
        }
        for path in SharedLinks::of(context, app).missing(&current.record.shared)? {
            problems.push(Problem::SharedLink(Difference { path, kind: DifferenceKind::Missing }));
        }
    }
    Ok(Verification {
        app: app.clone(),
        version: Some(current.record.version.clone()),
        generation: Some(current.name.directory()),
        files: current.record.files,
        wheels: current.record.wheels.len(),
        problems,
        others,
    })
}

/// Verifies the generations behind the current one.
fn others(
    context: &Context<'_>,
    state: &AppState,
    inspector: &Inspector<'_>,
) -> Result<Vec<VerifiedGeneration>, AppError> {
    let current = state.current().map(|current| &current.name);
    let others = state.generations.iter().filter(|generation| Some(&generation.name) != current);
    let verified = |other: &Generation| {
        let problems = of_content(context, other, inspector)?;
        let (number, generation) = (other.name.number, other.name.directory());
        let (files, wheels, version) = (other.record.files, other.record.wheels.len(), other.record.version.clone());
        Ok(VerifiedGeneration { number, generation, version, files, wheels, problems })
    };
    others.map(verified).collect()
}

/// The wheels of a generation that are damaged or missing in the store, each with the problem.
pub(in crate::app) fn damaged_wheels(
    host: &Host,
    store: &Store,
    generation: &Generation,
    inspector: &Inspector<'_>,
) -> Result<Vec<(Sha256, Problem)>, AppError> {
    let mut problems = Vec::new();
    let mut found = Vec::new();
    for wheel in &generation.record.wheels {
        let Some(sha256) = wheel.sha256() else { continue };
        found.push((wheel, sha256, store.find(host, sha256)?));
    }
    let files = found.iter().filter_map(|(_, _, stored)| Some(stored.as_ref()?.manifest().tree.files())).sum();
    inspector.begin(&format!("{}: stored wheels", generation.record.app), files);
    for (wheel, sha256, stored) in found {
        match stored {
            None => problems.push((sha256, Problem::StoreEntry { wheel: wheel.file.clone() })),
            Some(stored) => {
                let differences = stored.differences(inspector)?.into_iter();
                let problem = |difference| (sha256, Problem::Store { wheel: wheel.file.clone(), difference });
                problems.extend(differences.map(problem));
            }
        }
    }
    inspector.end();
    Ok(problems)
}

/// The problems of a generation that it takes a new one to repair.
pub(in crate::app) fn of_content(
    context: &Context<'_>,
    generation: &Generation,
    inspector: &Inspector<'_>,
) -> Result<Vec<Problem>, AppError> {
    let host = context.host;
    // Most files of a generation are hard links to files in the store: each is read once.
    let differences = integrity::differences(host, generation, inspector)?;
    let mut problems: Vec<Problem> = differences.into_iter().map(Problem::File).collect();
    let store = Store::open(&context.directories.store());
    let damaged = damaged_wheels(host, &store, generation, inspector)?;
    problems.extend(damaged.into_iter().map(|(_, problem)| problem));
    if let Standing::Lost(detail) = interpreter::standing(host, context.directories, &generation.record.python)? {
        problems.push(Problem::Interpreter { detail });
    }
    Ok(problems)
}

fn unfinished(state: &AppState) -> Vec<Problem> {
    let mut details = Vec::new();
    match state.pointer {
        Pointer::Elsewhere => details.push("its pointer does not point to a generation"),
        Pointer::Missing => details.push("its pointer is missing"),
        Pointer::To(_) => {}
    }
    match (&state.receipt, state.current()) {
        (None, _) => details.push("its receipt is damaged or missing"),
        (Some(_), Some(_)) if !state.is_finished() => details.push("a change was interrupted"),
        (Some(_), _) => {}
    }
    details.into_iter().map(|detail| Problem::Unfinished { detail: detail.to_owned() }).collect()
}
