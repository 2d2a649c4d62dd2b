//! The change of an application: planned from its state and a resolution, then carried out step by step.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use url::Url;

use crate::app::{Fetch, Plan, PythonChoice, Step};
use crate::host::{Boot, Durability, Event, checkpoint};
use crate::index;
use crate::store::{Assembly, Command, Installed, LinkMode, Placement, Store, StoredWheel, assemble, relative};
use crate::venv::{self, Layout};
use crate::vocab::{Digests, Location, Pin};
use crate::wheel::EntryPointGroup;

use crate::app::change::bin_directory::Shelf;
use crate::app::change::recover;
use crate::app::change::sweep;
use crate::app::change::sweep::Loose;
use crate::app::command::cache;
use crate::app::environment::import_check::check;
use crate::app::environment::resolution::Resolution;
use crate::app::environment::supply;
use crate::app::request::options::{Check, Exposure, Renewal, Wish};
use crate::app::state::app_state::State;
use crate::app::state::context::Context;
use crate::app::state::generation::{
    self, CommandKind, Generation, GenerationName, InstalledCommand, InstalledWheel, PythonFacts,
};
use crate::app::state::integrity::works;
use crate::app::state::inventory::inventory;
use crate::app::state::pointer;
use crate::app::{AppError, Complete};

/// A plan, and the generation that it makes or makes current.
#[derive(Clone, Debug)]
pub(in crate::app) struct Change {
    pub plan: Plan,
    name: GenerationName,
    root: PathBuf,
    /// The generation, where it is already there.
    existing: Option<Generation>,
    successor: Successor,
}

/// Whether a change replaces something that works: then the new content is on the disk before the pointer is flipped.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Successor {
    OfAnother,
    OfNone,
}

/// Decides what has to be done.
pub(in crate::app) fn plan(
    context: &Context<'_>,
    wish: &Wish,
    state: &State,
    resolution: &Resolution,
) -> Result<Change, AppError> {
    let places = context.places.app(&wish.app);
    let id = generation::id(&wish.request, &resolution.pins, &resolution.interpreter, state.next_number);
    let existing = match state.generations.iter().find(|generation| generation.name.id == id) {
        Some(one) if wish.renewal == Renewal::WhenChanged && works(context, one)? => Some(one.clone()),
        _ => None,
    };
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
    let exposure = Exposure::of(&wish.app);
    if exposure == Exposure::BinDirectory {
        let directory = context.places.bin_dir.clone();
        steps.push(Step::CheckCommands { package: package.clone(), directory });
    }
    if existing.is_none() {
        steps.push(Step::Complete);
    }
    if wish.check == Check::EntryPoints {
        steps.push(Step::Check { package: package.clone() });
    }
    steps.push(Step::Flip { pointer: places.pointer() });
    if exposure == Exposure::BinDirectory {
        steps.push(Step::PlaceCommands { package, directory: context.places.bin_dir.clone() });
    }
    steps.push(Step::WriteReceipt { receipt: places.receipt() });
    steps.push(Step::RemoveOld);
    let python = PythonChoice {
        executable: resolution.interpreter.executable.clone(),
        version: resolution.interpreter.version.clone(),
    };
    let plan = Plan { environment: root.clone(), python, pins: resolution.pins.clone(), steps };
    let successor = if state.current.is_some() { Successor::OfAnother } else { Successor::OfNone };
    Ok(Change { plan, name, root, existing, successor })
}

/// Carries a planned change out. `state` is what it was planned for.
///
/// # Errors
/// On an error before the pointer is flipped, everything is as it was: an unfinished generation is removed. An error
/// after that leaves the new generation current, if there was another before: what is derived from it is finished by the
/// next change.
pub(in crate::app) fn carry_out(
    context: &Context<'_>,
    wish: &Wish,
    change: &Change,
    resolution: &Resolution,
    state: &State,
) -> Result<Generation, AppError> {
    // Nobody may sweep the store until `complete` names the wheels taken from it.
    let hold = Store::open(&context.places.store()).lock_shared(context.host)?;
    let generation = match &change.existing {
        Some(generation) => Ok(generation.clone()),
        None => supply::with_sound_wheels(context, || {
            // Of an attempt that failed because of a damaged wheel.
            context.host.files.remove_tree(&change.root)?;
            build(context, wish, change, resolution)
        }),
    };
    let activated = generation.and_then(|generation| {
        if wish.check == Check::EntryPoints {
            check(context, &generation, state.current.as_ref())?;
            checkpoint("checked");
        }
        activate(context, wish, &generation)?;
        Ok(generation)
    });
    if activated.is_err() && change.existing.is_none() {
        abandon(context, wish, change);
    }
    drop(hold);
    let finished = activated.and_then(|generation| {
        let previous = wish.keep.previous(state, &generation);
        let finished = recover::expose(context, &wish.app, &generation, wish.foreign)
            .and_then(|()| recover::finish(context, &wish.app, &generation, previous, &wish.keep));
        if finished.is_err() && state.generations.is_empty() {
            withdraw(context, wish, change);
        }
        finished?;
        cache::clear_unfinished(context.host, context.places);
        checkpoint("cache cleared");
        Ok(generation)
    });
    if let Err(error) = &finished {
        clear_up(context, &resolution.pins, error);
    }
    finished
}

/// After a failure: wheels that only this change wanted go, unless a try a little later goes on from them.
pub(in crate::app) fn clear_up(context: &Context<'_>, pins: &[Pin], error: &AppError) {
    let fetched = if context.host.interrupt.is_raised() || error.is_passing() {
        BTreeSet::new()
    } else {
        pins.iter().filter_map(|pin| pin.digests.as_ref()).filter_map(Digests::sha256).collect()
    };
    // The error that led here is the one to tell; wheels that stay do no harm.
    let _ = sweep::sweep(context, &Loose::These(fetched));
}

/// Builds the generation at its final place. It counts once `complete` stands in it.
fn build(context: &Context<'_>, wish: &Wish, change: &Change, resolution: &Resolution) -> Result<Generation, AppError> {
    let host = context.host;
    let wheels = supply::supply(context, &resolution.pins)?;
    let options = venv::Options { prompt: Some(wish.app.to_string()) };
    let layout = venv::create(host, &resolution.interpreter, &change.root, &options)?;
    checkpoint("environment made");
    let own = inventory(host, &change.root)?;
    let assembly = install_wheels(context, &resolution.pins, &wheels, &layout, wish.request.link_mode)?;
    checkpoint("environment assembled");
    let mut facts = facts(context, wish, change, resolution, &wheels, &assembly)?;
    facts.own = own;
    host.interrupt.check()?;
    if change.successor == Successor::OfAnother {
        facts.unsynced_since = sync(context, change, &wheels)?;
        checkpoint("synced");
    }
    generation::write_complete(host, &change.root, &facts)?;
    checkpoint("complete");
    Ok(Generation { name: change.name.clone(), root: change.root.clone(), facts })
}

/// Makes sure that a new generation outlives a loss of power, as far as the system lets us. Returns the run of the
/// machine to write down where it does not.
fn sync(context: &Context<'_>, change: &Change, wheels: &[StoredWheel]) -> Result<Option<Boot>, AppError> {
    let host = context.host;
    let store = Store::open(&context.places.store());
    // Usually one file system; then the second call has nothing left to do.
    let certain = [change.root.as_path(), store.root()]
        .into_iter()
        .map(|directory| host.files.sync_file_system(directory))
        .collect::<Result<Vec<_>, _>>()?
        .iter()
        .all(|durability| *durability == Durability::Certain);
    if !certain {
        return Ok(Some(host.boot().clone()));
    }
    store.mark_synced(host, wheels)?;
    Ok(None)
}

/// Puts wheels into an environment and reports what two of them both wanted to write.
pub(in crate::app) fn install_wheels(
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

/// What the new generation says of itself, but for what it has beside its wheels.
fn facts(
    context: &Context<'_>,
    wish: &Wish,
    change: &Change,
    resolution: &Resolution,
    wheels: &[StoredWheel],
    assembly: &Assembly,
) -> Result<Complete, AppError> {
    // The library directories of an assembly have no symbolic links in their paths.
    let root = context.host.files.canonical(&change.root)?;
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
        unsynced_since: Some(context.host.boot().clone()),
        request: wish.request.clone(),
        python: PythonFacts::of(&resolution.interpreter),
        commands,
        own: Vec::new(),
        wheels: installed_wheels(&resolution.pins, wheels, assembly, &root),
    })
}

/// What is written down of the wheels in an environment.
pub(in crate::app) fn installed_wheels(
    pins: &[Pin],
    wheels: &[StoredWheel],
    assembly: &Assembly,
    root: &Path,
) -> Vec<InstalledWheel> {
    let installed = |((pin, wheel), installed): ((&Pin, &StoredWheel), &Installed)| InstalledWheel {
        name: pin.name.clone(),
        version: pin.version.clone(),
        file: pin.wheel.clone(),
        digest: wheel.sha256().into(),
        location: without_credentials(&pin.location),
        role: pin.role,
        direct: pin.direct.clone(),
        record: relative(&installed.record, root),
        record_hash: installed.record_hash.clone(),
    };
    pins.iter().zip(wheels).zip(&assembly.wheels).map(installed).collect()
}

/// Where the bytes of a wheel are, for a file that others may read.
fn without_credentials(location: &Location) -> Location {
    match location {
        Location::Path(path) => Location::Path(path.clone()),
        Location::Url(text) => match Url::parse(text) {
            Ok(url) if url.has_authority() => Location::Url(index::without_credentials(&url).into()),
            Ok(_) | Err(_) => Location::Url(text.clone()),
        },
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

/// Makes a generation the current one: from here on the application is the new one.
fn activate(context: &Context<'_>, wish: &Wish, generation: &Generation) -> Result<(), AppError> {
    let host = context.host;
    if Exposure::of(&wish.app) == Exposure::BinDirectory {
        Shelf::of(host, context.places, &wish.app).admitted(host, &generation.facts.commands, wish.foreign)?;
    }
    host.interrupt.check()?;
    let places = context.places.app(&wish.app);
    // Else the receipt could not follow the pointer.
    host.files.check_writable(places.root())?;
    pointer::flip(host, &places, &generation.name)
}

/// After a failure: the generation that was being made goes, unless it is current.
fn abandon(context: &Context<'_>, wish: &Wish, change: &Change) {
    let places = context.places.app(&wish.app);
    let is_current = pointer::read(context.host, &places).is_ok_and(|name| name.as_ref() == Some(&change.name));
    if !is_current {
        if context.host.interrupt.is_raised() && context.host.files.is_dir(&change.root) {
            // Thousands of files take their time, in which nobody should think that Ctrl-C was not noticed.
            context.progress.event(Event::Warning { message: "interrupted; cleaning up" });
        }
        // The error that led here is the one to tell; what stays is removed by the next change.
        let _ = context.host.files.remove_tree(&change.root);
    }
}

/// After a failure behind the flip, where nothing was installed before: all of it goes.
fn withdraw(context: &Context<'_>, wish: &Wish, change: &Change) {
    let Context { host, places, .. } = *context;
    // The error that led here is the one to tell; what stays is current, and is finished by the next change.
    let removed = Shelf::of(host, places, &wish.app)
        .remove_others(host, &[])
        .and_then(|()| pointer::remove(host, &places.app(&wish.app)));
    if removed.is_ok() {
        abandon(context, wish, change);
    }
}
