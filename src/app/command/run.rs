//! `run`: the command of an installed application, or of one that is installed for it out of sight.

use std::path::PathBuf;
use std::time::Duration;

use crate::host::Host;
use crate::vocab::join_relative;

use crate::app::command::install::{Outcome, install};
use crate::app::command::list;
use crate::app::command::uninstall::uninstall;
use crate::app::request::options::Wish;
use crate::app::state::app_state::{self as state, State};
use crate::app::state::context::Context;
use crate::app::state::generation::Generation;
use crate::app::state::integrity;
use crate::app::state::interpreter;
use crate::app::{AppError, AppName, Complete, InstalledCommand, Places, Request};

/// How long an application that `run` made stays after it was last used.
const KEPT_UNUSED: Duration = Duration::from_hours(30 * 24);

/// The program that `run` starts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Runnable {
    pub program: PathBuf,
}

/// The command of an installed application: by the application's name, or by the command's own.
pub fn installed(
    host: &Host,
    places: &Places,
    name: &str,
    command: Option<&str>,
) -> Result<Option<Runnable>, AppError> {
    if let Ok(app) = name.parse::<AppName>()
        && let Some(current) = state::read(host, &places.app(&app))?.current
    {
        trusted(host, &current)?;
        return runnable(&current, command).map(Some);
    }
    for app in list::names(host, places)? {
        // An application that cannot be understood does not keep others from running.
        let Ok(State { current: Some(current), .. }) = state::read(host, &places.app(&app)) else { continue };
        if !app.is_hidden()
            && let Some(found) = current.facts.commands.iter().find(|found| found.name == name)
        {
            trusted(host, &current)?;
            return Ok(Some(program(&current, found)));
        }
    }
    Ok(None)
}

/// Refuses to run what a loss of power took parts of, or what lost its Python.
fn trusted(host: &Host, current: &Generation) -> Result<(), AppError> {
    if let Some(problem) = interpreter::gone(host, &current.facts.python) {
        return Err(AppError::Damaged { app: current.facts.app.clone(), problem });
    }
    if integrity::is_trustworthy(host, current)? {
        return Ok(());
    }
    let problem = "some of its files have changed, possibly because of a power loss".to_owned();
    Err(AppError::Damaged { app: current.facts.app.clone(), problem })
}

/// Installs an application out of sight, or finds it from an earlier run, and tells its command.
pub fn hidden(context: &Context<'_>, wish: &Wish, command: Option<&str>) -> Result<Runnable, AppError> {
    prune(context, &wish.app)?;
    let (Outcome::Installed(installation) | Outcome::Unchanged(installation)) = install(context, wish)? else {
        unreachable!("a wish to run is carried out")
    };
    // The age of the receipt tells when it was last used; where it cannot be changed, that is no reason not to run.
    let _ = context.host.files.set_modified(&context.places.app(&wish.app).receipt(), context.host.clock.system_time());
    runnable(&installation.generation, command)
}

/// The name of the hidden application for a request: the same request finds it again.
pub fn hidden_name(request: &Request) -> AppName {
    AppName::hidden(&request.requirement.name, &crate::app::fingerprint(request)[..8])
}

/// The command to start: the one asked for, else the only one, else the one named like the package.
pub(in crate::app) fn command_to_run<'a>(
    facts: &'a Complete,
    asked: Option<&str>,
) -> Result<&'a InstalledCommand, AppError> {
    let package = &facts.request.requirement.name;
    let named = |name: &str| facts.commands.iter().find(|command| command.name == name);
    let found = match (asked, facts.commands.as_slice()) {
        (Some(asked), _) => named(asked),
        (None, [only]) => Some(only),
        (None, commands) => named(package.as_str())
            .or_else(|| named(&package.escaped()))
            .or_else(|| commands.iter().find(|command| bare(&command.name) == bare(package.as_str()))),
    };
    found.ok_or_else(|| AppError::WhichCommand {
        package: package.clone(),
        asked: asked.map(str::to_owned),
        commands: facts.commands.iter().map(|command| command.name.clone()).collect(),
    })
}

/// A name without the characters that people set or leave out: the command of `jupyterlab` is `jupyter-lab`.
fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

fn runnable(generation: &Generation, command: Option<&str>) -> Result<Runnable, AppError> {
    Ok(program(generation, command_to_run(&generation.facts, command)?))
}

/// The generation's own script, not the launcher: a flip of the pointer does not reach a program that is starting.
fn program(generation: &Generation, command: &InstalledCommand) -> Runnable {
    Runnable { program: join_relative(&generation.root, &command.script) }
}

/// Removes applications that `run` made and that were not used for long, but for the one that is wanted now. One that is
/// in use stays.
fn prune(context: &Context<'_>, wanted: &AppName) -> Result<(), AppError> {
    let host = context.host;
    for app in list::names(host, context.places)? {
        let receipt = context.places.app(&app).receipt();
        if app.is_hidden()
            && app != *wanted
            && host.files.is_file(&receipt)
            && host.files.metadata(&receipt)?.modified().is_ok_and(|used| host.clock.since(used) > KEPT_UNUSED)
        {
            // One that cannot be removed now is no reason not to run another: the next run tries again.
            let _ = uninstall(context, &app);
        }
    }
    Ok(())
}
