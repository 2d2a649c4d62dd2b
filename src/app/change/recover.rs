//! What follows from the pointer: launchers, the removal of what nobody needs, the receipt. Done at the end of every
//! change, and first thing in the next one where a change was cut off.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::host::{Event, FileError, FileKind, checkpoint};

use crate::app::change::bin_directory::{Foreign, Shelf};
use crate::app::change::sweep;
use crate::app::change::sweep::Loose;
use crate::app::request::options::Exposure;
use crate::app::state::app_state::{self as state, State};
use crate::app::state::context::Context;
use crate::app::state::generation::{self, Generation};
use crate::app::state::pointer;
use crate::app::state::receipt::Receipt;
use crate::app::state::retention::Keep;
use crate::app::{AppError, AppName, AppPlaces};

/// Finishes a change that was cut off after its pointer was flipped, or whose pointer was lost since, and tells the
/// state after that. Where that change made a generation, so many stay; others remove none. The application's lock is held.
pub(in crate::app) fn settle(context: &Context<'_>, app: &AppName, keep: NonZeroUsize) -> Result<State, AppError> {
    let host = context.host;
    let places = context.places.app(app);
    let state = state::read(host, &places)?;
    if state.is_settled() {
        return Ok(state);
    }
    let Some(current) = state.current.as_ref().or_else(|| state.recorded()) else { return Ok(state) };
    if state.current.is_none() {
        pointer::flip(host, &places, &current.name)?;
    }
    // Commands that are somebody else's by now stay what they are.
    expose(context, app, current, Foreign::Leave)?;
    let keep = if state.is_listed(current) { NonZeroUsize::MAX } else { keep };
    finish(context, app, current, state.other_than(Some(current)), &keep.into())?;
    state::read(host, &places)
}

/// Brings the launchers in line with a generation.
pub(in crate::app) fn expose(
    context: &Context<'_>,
    app: &AppName,
    current: &Generation,
    foreign: Foreign,
) -> Result<(), AppError> {
    if Exposure::of(app) == Exposure::Hidden {
        return Ok(());
    }
    let shelf = Shelf::of(context.host, context.places, app);
    let commands = shelf.admitted(context.host, &current.facts.commands, foreign)?;
    context.host.files.create_dirs(&context.places.bin_dir)?;
    shelf.place(context.host, &commands)?;
    shelf.remove_others(context.host, &current.facts.commands)
}

/// Removes what nobody needs any more and writes the receipt, which comes last: where it agrees with the pointer,
/// nothing is left to do.
pub(in crate::app) fn finish(
    context: &Context<'_>,
    app: &AppName,
    current: &Generation,
    previous: Option<&Generation>,
    keep: &Keep,
) -> Result<(), AppError> {
    let places = context.places.app(app);
    let kept = remove_old(context, &places, current, previous, keep)?;
    let previous = previous.filter(|previous| kept.iter().any(|kept| kept.name == previous.name));
    Receipt::of(current, previous, &kept).write(context.host, &places)
}

/// Removes unfinished generations and those that are not to be kept, and returns the others. What cannot be removed, and
/// what a program runs from, stays until another change.
fn remove_old(
    context: &Context<'_>,
    places: &AppPlaces,
    current: &Generation,
    previous: Option<&Generation>,
    keep: &Keep,
) -> Result<Vec<Generation>, AppError> {
    let host = context.host;
    let (mut kept, dropped) = divide(generation::complete(host, places)?, current, previous, keep);
    let in_use = in_use(context, &dropped);
    let mut going = generation::unfinished(host, places)?;
    for generation in dropped {
        if in_use.contains(&generation.root) {
            kept.push(generation);
            continue;
        }
        match host.files.put_tree_aside(&generation.root) {
            Ok(aside) => going.extend(aside),
            Err(error) => {
                tell_that_it_stays(context, &error);
                kept.push(generation);
            }
        }
    }
    checkpoint("old put aside");
    sweep::sweep(context, &wheels_in(context, &going)?)?;
    for directory in going {
        if let Err(error) = host.files.remove_any(&directory) {
            tell_that_it_stays(context, &error);
        }
    }
    checkpoint("old removed");
    kept.sort_by_key(|generation| generation.name.number);
    Ok(kept)
}

/// Generations to keep, and the others: the current one, the one to go back to, and the newest, so many in all.
fn divide(
    generations: Vec<Generation>,
    current: &Generation,
    previous: Option<&Generation>,
    keep: &Keep,
) -> (Vec<Generation>, Vec<Generation>) {
    let mut ranked: Vec<_> = generations.iter().map(|one| one.name.clone()).collect();
    ranked.sort_by_key(|name| {
        let is_previous = previous.is_some_and(|previous| previous.name == *name);
        std::cmp::Reverse((*name == current.name, is_previous, name.number))
    });
    ranked.retain(|name| *name == current.name || !keep.damaged.contains(name));
    ranked.truncate(keep.most.get());
    generations.into_iter().partition(|one| ranked.contains(&one.name))
}

/// The generations that a live process runs from, as far as the system shows that. Windows does not let go of their
/// directories.
fn in_use(context: &Context<'_>, generations: &[Generation]) -> BTreeSet<PathBuf> {
    if generations.is_empty() {
        return BTreeSet::new();
    }
    let roots: Vec<PathBuf> = generations.iter().map(|generation| generation.root.clone()).collect();
    context.host.directories_in_use(&roots).into_iter().collect()
}

/// The wheels of generations on their way out.
pub(in crate::app) fn wheels_in(context: &Context<'_>, directories: &[PathBuf]) -> Result<Loose, AppError> {
    let mut wheels = BTreeSet::new();
    for directory in directories {
        if context.host.files.kind(directory)? != Some(FileKind::Directory) {
            continue;
        }
        match generation::read(context.host, directory) {
            Ok(Some(facts)) => wheels.extend(sweep::wheels_named(&facts)),
            // One that was never finished, or is half removed, does not say what it was made of.
            Ok(None) | Err(AppError::Malformed { .. }) => return Ok(Loose::Unneeded),
            Err(AppError::NewerSchema { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Loose::These(wheels))
}

/// The application works already: what is in the way of tidying up is no failure.
fn tell_that_it_stays(context: &Context<'_>, error: &FileError) {
    if !error.is_in_use() {
        let message = format!("an old generation was not removed: {error}: {}", error.source);
        context.progress.event(Event::Warning { message: &message });
    }
}
