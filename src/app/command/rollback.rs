//! `rollback`: another generation of an application becomes the current one. One flip, without network.

use std::num::NonZeroUsize;

use crate::app::{VersionChange, changes};

use crate::app::change::bin_directory::{Foreign, Shelf};
use crate::app::change::recover::{expose, settle};
use crate::app::command::cache;
use crate::app::command::install::Installation;
use crate::app::command::list::not_installed;
use crate::app::command::upgrade::versions;
use crate::app::request::options::Exposure;
use crate::app::state::app_state::{self as state, State};
use crate::app::state::context::{Context, lock_installed};
use crate::app::state::generation::Generation;
use crate::app::state::integrity;
use crate::app::state::interpreter::{self, Standing};
use crate::app::state::pointer;
use crate::app::state::receipt::Receipt;
use crate::app::{AppError, AppName};

/// Which generation to go back to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// The one of this number.
    Number(u32),
    /// The one that was current before; done twice, it goes forth and back.
    Previous,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum RolledBack {
    Changed {
        installation: Installation,
        changes: Vec<VersionChange>,
    },
    /// The generation asked for was current already.
    Unchanged(Installation),
}

/// Makes another generation current.
///
/// # Errors
/// When there is none, or it cannot be used any more. What was current stays so.
pub fn rollback(context: &Context<'_>, app: &AppName, target: Target) -> Result<RolledBack, AppError> {
    let host = context.host;
    let places = context.places.app(app);
    let _lock = lock_installed(context, app)?;
    let cut_off = was_cut_off(&state::read(host, &places)?);
    let state = settle(context, app, NonZeroUsize::MAX)?;
    if state.generations.is_empty() {
        return Err(not_installed(context.host, context.places, app)?);
    }
    if let (Target::Previous, true, Some(current)) = (target, cut_off, &state.current) {
        // Settling was the other half of it.
        let installation = Installation { generation: current.clone(), previous: None };
        return Ok(RolledBack::Changed { installation, changes: Vec::new() });
    }
    let wanted = wanted(app, &state, target)?;
    let previous = state.current.as_ref().map(|current| current.facts.clone());
    if state.current.as_ref().is_some_and(|current| current.name == wanted.name) {
        return Ok(RolledBack::Unchanged(Installation { generation: wanted.clone(), previous: None }));
    }
    make_current(context, app, &state, wanted)?;
    let before = previous.as_ref().map(versions).unwrap_or_default();
    let changes = changes(before, versions(&wanted.facts));
    Ok(RolledBack::Changed { installation: Installation { generation: wanted.clone(), previous }, changes })
}

/// Whether a rollback was killed between the flip of its pointer and its receipt: the pointer names what the receipt
/// still calls the previous generation.
fn was_cut_off(state: &State) -> bool {
    let (Some(current), Some(receipt)) = (&state.current, &state.receipt) else { return false };
    receipt.previous.as_ref() == Some(&current.name.directory())
}

fn wanted<'a>(app: &AppName, state: &'a State, target: Target) -> Result<&'a Generation, AppError> {
    let found = match target {
        Target::Number(number) => state.generations.iter().find(|generation| generation.name.number == number),
        Target::Previous => state.other_than(state.current.as_ref()),
    };
    found.ok_or_else(|| match target {
        Target::Number(number) => {
            let there = state.generations.iter().map(|generation| generation.name.number).collect();
            AppError::NoSuchGeneration { app: app.clone(), number, there }
        }
        Target::Previous => AppError::NoOtherGeneration { app: app.clone() },
    })
}

fn make_current(context: &Context<'_>, app: &AppName, state: &State, wanted: &Generation) -> Result<(), AppError> {
    let host = context.host;
    let places = context.places.app(app);
    if let Some(problem) = problem(context, wanted)? {
        return Err(AppError::Unusable { app: app.clone(), number: wanted.name.number, problem });
    }
    if Exposure::of(app) == Exposure::BinDirectory {
        let shelf = Shelf::of(host, context.places, app);
        shelf.admitted(host, &wanted.facts.commands, Foreign::Refuse)?;
        host.files.check_writable(&context.places.bin_dir)?;
    }
    // Else the receipt could not follow the pointer.
    host.files.check_writable(places.root())?;
    pointer::flip(host, &places, &wanted.name)?;
    expose(context, app, wanted, Foreign::Refuse)?;
    let before = state.current.as_ref().filter(|before| before.name != wanted.name);
    let previous = before.or_else(|| state.other_than(Some(wanted)));
    Receipt::of(wanted, previous, &state.generations).write(host, &places)?;
    cache::clear_unfinished(host, context.places);
    Ok(())
}

/// What keeps a generation from being used.
fn problem(context: &Context<'_>, generation: &Generation) -> Result<Option<String>, AppError> {
    if let Standing::Lost(problem) = interpreter::standing(context.host, context.places, &generation.facts.python)? {
        return Ok(Some(problem));
    }
    if !generation.has_its_commands(context.host) {
        return Ok(Some("its commands are missing".to_owned()));
    }
    let trustworthy = integrity::is_trustworthy(context.host, generation)?;
    Ok((!trustworthy).then(|| "it was damaged by a power loss".to_owned()))
}
