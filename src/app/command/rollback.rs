//! `rollback`: another generation of an app becomes the current one. One flip, without network.

use std::num::NonZeroUsize;

use crate::app::change::{Activation, ActivationSteps, VersionChange, changes, check_writable, recover};
use crate::app::error::AppError;
use crate::app::request::Overwrite;
use crate::app::state::{
    AppName, AppState, Context, Generation, GenerationRecord, Retention, Standing, clear_unfinished, integrity,
    interpreter, lock_installed, not_installed,
};
use crate::store::Inspector;

use super::install::Installation;

/// The generation to go back to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// The one of this number.
    Number(u32),
    /// The one that was current before; a second rollback undoes the first.
    Previous,
}

/// The outcome of `rollback`.
#[derive(Clone, Debug)]
pub enum RolledBack {
    Changed {
        installation: Installation,
        changes: Vec<VersionChange>,
    },
    /// The target was current already.
    Unchanged(Installation),
}

/// Makes another generation current.
///
/// # Errors
/// When there is none, or it cannot be used any more. The current generation stays current.
pub fn rollback(context: &Context<'_>, app: &AppName, target: Target) -> Result<RolledBack, AppError> {
    let _lock = lock_installed(context, app)?;
    let mut state = AppState::read(context.host, context.directories, app)?;
    let was_interrupted = was_interrupted(&state);
    recover(context, &mut state, NonZeroUsize::MAX)?;
    if state.generations.is_empty() {
        return Err(not_installed(context.host, context.directories, app)?);
    }
    let current = state.current().cloned();
    if let (Target::Previous, true, Some(current)) = (target, was_interrupted, &current) {
        // Recovery was the other half of it.
        let installation = Installation { generation: current.clone(), previous: None };
        return Ok(RolledBack::Changed { installation, changes: Vec::new() });
    }
    let target = find(&state, target)?.clone();
    if current.as_ref().is_some_and(|current| current.name == target.name) {
        return Ok(RolledBack::Unchanged(Installation { generation: target, previous: None }));
    }
    make_current(context, &mut state, &target)?;
    let previous = current.map(|current| current.record);
    let before = previous.as_ref().map(GenerationRecord::versions).unwrap_or_default();
    let changes = changes(before, target.record.versions());
    Ok(RolledBack::Changed { installation: Installation { generation: target, previous }, changes })
}

/// Returns true if a rollback was killed between the flip of its pointer and its receipt: the pointer names the
/// generation that the receipt still calls the previous one.
fn was_interrupted(state: &AppState) -> bool {
    let (Some(current), Some(receipt)) = (state.current(), &state.receipt) else { return false };
    receipt.previous.as_ref() == Some(&current.name.directory())
}

fn find(state: &AppState, target: Target) -> Result<&Generation, AppError> {
    let app = || state.app.clone();
    match target {
        Target::Number(number) => {
            let found = state.generations.iter().find(|generation| generation.name.number == number);
            let there = || state.generations.iter().map(|generation| generation.name.number).collect();
            found.ok_or_else(|| AppError::NoSuchGeneration { app: app(), number, there: there() })
        }
        Target::Previous => {
            let found = state.other_than(state.current().map(|current| &current.name));
            found.ok_or_else(|| AppError::NoOtherGeneration { app: app() })
        }
    }
}

fn make_current(context: &Context<'_>, state: &mut AppState, target: &Generation) -> Result<(), AppError> {
    check(context, target)?;
    check_writable(context, &state.app)?;
    let before = state.current().filter(|before| before.name != target.name);
    let previous = before.or_else(|| state.other_than(Some(&target.name))).map(|before| before.name.clone());
    let steps = ActivationSteps::of(context, state, &target.record.request.requirement.name);
    let steps: Vec<_> = steps.flip().chain(steps.link()).chain([steps.receipt()]).collect();
    let retention = Retention::from(NonZeroUsize::MAX);
    let (previous, overwrite) = (previous.as_ref(), &Overwrite::Refuse);
    Activation { context, state, target, previous, overwrite, retention: &retention }.carry_out(&steps)?;
    clear_unfinished(context);
    Ok(())
}

/// Refuses a generation whose interpreter is lost or whose files are not those of its record: all of them are compared,
/// since it may have been changed while another one was current.
fn check(context: &Context<'_>, target: &Generation) -> Result<(), AppError> {
    let (app, number) = (target.record.app.clone(), target.name.number);
    if let Standing::Lost(problem) = interpreter::standing(context.host, context.directories, &target.record.python)? {
        return Err(AppError::Unusable { app, number, problem });
    }
    match integrity::check(context.host, target, &Inspector::reporting_to(context.progress, context.host))? {
        differences if differences.is_empty() => Ok(()),
        differences => Err(AppError::DamagedGeneration { app, number, differences }),
    }
}
