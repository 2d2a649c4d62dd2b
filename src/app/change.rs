//! The change of an application: planned from its state and a resolution, then carried out step by step.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::host::{Event, FileError};
use crate::plan::{Fetch, Plan, PythonChoice, Step};
use crate::store::{Assembly, Command, Installed, LinkMode, Placement, Store, StoredWheel, assemble};
use crate::venv::{self, Layout};
use crate::vocab::{Digests, Pin, Sha256};
use crate::wheel::EntryPointGroup;

use super::generation::{self, CommandKind, Generation, GenerationName, InstalledCommand, InstalledWheel, PythonFacts};
use super::install::{Context, Exposure, Renewal, Wish, expose};
use super::launcher::Shelf;
use super::receipt::Receipt;
use super::resolution::Resolution;
use super::state::State;
use super::{AppError, AppPlaces, Complete, pointer, supply, uninstall};

/// How many generations stay: the current one, and the one to go back to.
const KEPT: usize = 2;

/// A plan, and the generation that it makes or makes current.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub plan: Plan,
    name: GenerationName,
    root: PathBuf,
    /// The generation, where it is already there.
    existing: Option<Generation>,
}

/// Decides what has to be done.
pub(super) fn plan(
    context: &Context<'_>,
    wish: &Wish,
    state: &State,
    resolution: &Resolution,
) -> Result<Change, AppError> {
    let places = context.places.app(&wish.app);
    let id = generation::id(&wish.request, &resolution.pins, &resolution.interpreter, state.next_number);
    let existing = state.generations.iter().find(|generation| generation.name.id == id);
    let is_good = |one: &&Generation| wish.renewal == Renewal::WhenChanged && one.has_its_commands(context.host);
    let existing = existing.filter(is_good).cloned();
    let name =
        existing.as_ref().map_or(GenerationName { number: state.next_number, id }, |existing| existing.name.clone());
    let root = places.generations().join(name.directory());
    let package = wish.request.requirement.name.clone();
    let mut steps = Vec::new();
    if existing.is_none() {
        let missing = supply::missing(context, &resolution.pins)?;
        if !missing.is_empty() {
            steps.push(Step::Fetch { wheels: missing.into_iter().map(Fetch::of).collect() });
        }
        steps.push(Step::CreateEnvironment { environment: root.clone() });
        steps.push(Step::Install { wheels: resolution.pins.iter().map(|pin| pin.wheel.clone()).collect() });
    }
    if wish.exposure == Exposure::BinDirectory {
        let directory = context.places.bin_dir.clone();
        steps.push(Step::CheckCommands { package: package.clone(), directory });
    }
    if existing.is_none() {
        steps.push(Step::Complete);
    }
    steps.push(Step::Flip { pointer: places.pointer() });
    if wish.exposure == Exposure::BinDirectory {
        steps.push(Step::PlaceCommands { package, directory: context.places.bin_dir.clone() });
    }
    steps.push(Step::WriteReceipt { receipt: places.receipt() });
    steps.push(Step::RemoveOld);
    let python = PythonChoice {
        executable: resolution.interpreter.executable.clone(),
        version: resolution.interpreter.version.clone(),
    };
    let plan = Plan { environment: root.clone(), python, pins: resolution.pins.clone(), steps };
    Ok(Change { plan, name, root, existing })
}

/// Carries a planned change out.
///
/// # Errors
/// On an error before the pointer is flipped, everything is as it was: an unfinished generation is removed.
pub(super) fn carry_out(
    context: &Context<'_>,
    wish: &Wish,
    change: &Change,
    resolution: &Resolution,
) -> Result<Generation, AppError> {
    // Nobody may sweep the store until `complete` names the wheels taken from it.
    let hold = Store::open(&context.places.store()).hold()?;
    let generation = match &change.existing {
        Some(generation) => Ok(generation.clone()),
        None => supply::with_sound_wheels(context, || {
            // Of an attempt that failed because of a damaged wheel.
            context.host.files.remove_tree(&change.root)?;
            build(context, wish, change, resolution)
        }),
    };
    let activated = generation.and_then(|generation| {
        let dropped = activate(context, wish, &generation)?;
        Ok((generation, dropped))
    });
    if activated.is_err() && change.existing.is_none() {
        abandon(context, wish, change);
    }
    drop(hold);
    match activated {
        Ok((generation, dropped)) => {
            uninstall::sweep(context, &dropped)?;
            Ok(generation)
        }
        Err(error) => {
            clear_up(context, &resolution.pins, &error);
            Err(error)
        }
    }
}

/// After a failure: wheels that only this change wanted go, unless a try a little later goes on from them.
pub(super) fn clear_up(context: &Context<'_>, pins: &[Pin], error: &AppError) {
    let fetched = if context.host.interrupt.is_raised() || error.is_passing() {
        BTreeSet::new()
    } else {
        pins.iter().filter_map(|pin| pin.digests.as_ref()).filter_map(Digests::sha256).collect()
    };
    // The error that led here is the one to tell; wheels that stay do no harm.
    let _ = uninstall::sweep(context, &fetched);
}

/// Builds the generation at its final place. It counts once `complete` stands in it.
fn build(context: &Context<'_>, wish: &Wish, change: &Change, resolution: &Resolution) -> Result<Generation, AppError> {
    let host = context.host;
    let wheels = supply::supply(context, &resolution.pins)?;
    let options = venv::Options { prompt: Some(wish.app.to_string()) };
    let layout = venv::create(host, &resolution.interpreter, &change.root, &options)?;
    let assembly = install_wheels(context, &resolution.pins, &wheels, &layout, wish.request.link_mode)?;
    let facts = facts(context, wish, change, resolution, &wheels, &assembly)?;
    host.interrupt.check()?;
    generation::write_complete(host, &change.root, &facts)?;
    Ok(Generation { name: change.name.clone(), root: change.root.clone(), facts })
}

/// Puts wheels into an environment and reports what two of them both wanted to write.
pub(super) fn install_wheels(
    context: &Context<'_>,
    pins: &[Pin],
    wheels: &[StoredWheel],
    layout: &Layout,
    link_mode: LinkMode,
) -> Result<Assembly, AppError> {
    let placements: Vec<Placement<'_>> = pins
        .iter()
        .zip(wheels)
        .map(|(pin, wheel)| Placement { wheel, role: pin.role, direct: pin.direct.as_ref() })
        .collect();
    context.progress.event(Event::InstallStarted { packages: placements.len() });
    let assembly = assemble(context.host, context.progress, &placements, layout, link_mode)?;
    context.progress.event(Event::InstallFinished);
    Ok(assembly)
}

/// What the new generation says of itself.
fn facts(
    context: &Context<'_>,
    wish: &Wish,
    change: &Change,
    resolution: &Resolution,
    wheels: &[StoredWheel],
    assembly: &Assembly,
) -> Result<Complete, AppError> {
    let package = &wish.request.requirement.name;
    let main = assembly.wheels.iter().find(|wheel| wheel.name == *package);
    let commands = main.map(|wheel| commands(wheel, &change.root)).unwrap_or_default();
    let pin = resolution.pins.iter().find(|pin| pin.name == *package);
    let Some(pin) = pin.filter(|_| !commands.is_empty()) else {
        return Err(AppError::no_commands(package, assembly));
    };
    Ok(Complete {
        schema: generation::SCHEMA,
        app: wish.app.clone(),
        version: pin.version.clone(),
        created: context.host.clock.now(),
        files: assembly.wheels.iter().map(|wheel| wheel.files as u64).sum(),
        bytes: assembly.wheels.iter().map(|wheel| wheel.bytes).sum(),
        request: wish.request.clone(),
        python: PythonFacts::of(&resolution.interpreter),
        commands,
        wheels: resolution.pins.iter().zip(wheels).map(installed_wheel).collect(),
    })
}

/// What is written down of a wheel in an environment.
pub(super) fn installed_wheel((pin, wheel): (&Pin, &StoredWheel)) -> InstalledWheel {
    InstalledWheel {
        name: pin.name.clone(),
        version: pin.version.clone(),
        file: pin.wheel.clone(),
        digest: wheel.sha256().into(),
    }
}

fn commands(wheel: &Installed, root: &Path) -> Vec<InstalledCommand> {
    let command = |command: &Command| InstalledCommand {
        name: command.name.clone(),
        script: relative(&command.path, root),
        kind: match command.group {
            EntryPointGroup::Console => CommandKind::Console,
            EntryPointGroup::Gui => CommandKind::Gui,
        },
    };
    wheel.commands.iter().map(command).collect()
}

fn relative(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Makes a generation the current one: from here on the application is the new one. Returns the wheels of the old
/// generations that went.
fn activate(context: &Context<'_>, wish: &Wish, generation: &Generation) -> Result<BTreeSet<Sha256>, AppError> {
    let host = context.host;
    let places = context.places.app(&wish.app);
    if wish.exposure == Exposure::BinDirectory {
        let shelf = Shelf::of(context.host, context.places, &wish.app);
        shelf.check(host, &generation.facts.commands, wish.foreign)?;
        host.files.create_dirs(&context.places.bin_dir)?;
    }
    host.interrupt.check()?;
    pointer::flip(host, &places, &generation.name)?;
    // From here on errors leave the new generation current: a retry finishes what is derived from it.
    expose(context, wish, generation)?;
    let Generations { kept, dropped } = remove_old(context, &places, generation)?;
    Receipt::of(generation, &kept).write(host, &places)?;
    Ok(uninstall::wheels_of(&dropped))
}

/// An application's generations after a change.
struct Generations {
    kept: Vec<Generation>,
    dropped: Vec<Generation>,
}

/// Removes unfinished generations and those that are older than the ones to keep. What cannot be removed stays until
/// another change: on Windows one that is in use, elsewhere one that a program of another user wrote into.
fn remove_old(context: &Context<'_>, places: &AppPlaces, current: &Generation) -> Result<Generations, AppError> {
    let host = context.host;
    let complete = generation::complete(host, places)?;
    let older: Vec<_> = complete.iter().map(|one| &one.name).filter(|name| **name != current.name).collect();
    let kept_names = &older[older.len().saturating_sub(KEPT - 1)..];
    let is_kept = |one: &Generation| one.name == current.name || kept_names.contains(&&one.name);
    let (mut kept, dropped): (Vec<_>, Vec<_>) = complete.iter().cloned().partition(is_kept);
    let mut going = generation::unfinished(host, places)?;
    let mut removed = Vec::new();
    for generation in dropped {
        match host.files.put_tree_aside(&generation.root) {
            Err(error) => {
                tell_that_it_stays(context, &error);
                kept.push(generation);
            }
            Ok(aside) => {
                going.extend(aside);
                removed.push(generation);
            }
        }
    }
    for directory in going {
        if let Err(error) = host.files.remove_tree(&directory) {
            tell_that_it_stays(context, &error);
        }
    }
    kept.sort_by_key(|generation| generation.name.number);
    Ok(Generations { kept, dropped: removed })
}

/// The application is installed already: what is in the way of tidying up is no failure.
fn tell_that_it_stays(context: &Context<'_>, error: &FileError) {
    if !error.is_in_use() {
        let message = format!("an old generation stays: {error}: {}", error.source);
        context.progress.event(Event::Warning { message: &message });
    }
}

/// After a failure: the generation that was being made goes, unless it is current.
fn abandon(context: &Context<'_>, wish: &Wish, change: &Change) {
    let places = context.places.app(&wish.app);
    let is_current = pointer::read(context.host, &places).is_ok_and(|name| name.as_ref() == Some(&change.name));
    if !is_current {
        // The error that led here is the one to tell; what stays is removed by the next change.
        let _ = context.host.files.remove_tree(&change.root);
    }
}
