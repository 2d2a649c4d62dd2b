//! `run`: the command of an app, and the program that it starts.

use std::path::PathBuf;

use crate::app::error::AppError;
use crate::app::request::Request;
use crate::app::state::{
    AppName, AppState, Context, Generation, GenerationRecord, InstalledCommand, Use, all_apps, interpreter, is_intact,
    use_current,
};

use crate::vocab::join_relative;

/// Variables about the caller's Python, which would change what an app imports, or keep it from starting.
pub const PYTHON_VARIABLES: &[&str] = &["PYTHONHOME", "PYTHONPATH"];

/// The program that `run` starts.
#[derive(Debug)]
pub struct Runnable {
    pub program: PathBuf,
    /// Variables of the caller that the program does not get.
    pub removed_variables: &'static [&'static str],
    /// Keeps others from removing the generation that it is a part of.
    pub usage: Use,
}

/// The command of an installed app: by the app's name, or, if no command is asked for, by the command's own.
pub fn installed_program(
    context: &Context<'_>,
    name: &str,
    command: Option<&str>,
) -> Result<Option<Runnable>, AppError> {
    let Context { host, directories, .. } = *context;
    if let Ok(app) = name.parse::<AppName>()
        && let Some((current, usage)) = use_current(context, &app)?
    {
        check_intact(context, &current)?;
        return runnable(&current, usage, command).map(Some);
    }
    if command.is_some() {
        return Ok(None);
    }
    for app in all_apps(host, directories)? {
        // An app that cannot be read does not keep others from running.
        let Ok(state) = AppState::read(host, directories, &app) else { continue };
        let has_command = |current: &Generation| current.record.commands.iter().any(|found| found.name == name);
        if !app.is_hidden()
            && state.current().is_some_and(has_command)
            && let Some((current, usage)) = use_current(context, &app)?
            && let Some(found) = current.record.commands.iter().find(|found| found.name == name)
        {
            check_intact(context, &current)?;
            return Ok(Some(program(&current, usage, found)));
        }
    }
    Ok(None)
}

/// Refuses to run an app that lost files with the power, or that lost its Python.
pub(super) fn check_intact(context: &Context<'_>, current: &Generation) -> Result<(), AppError> {
    let app = || current.record.app.clone();
    if let Some(problem) = interpreter::missing(context.host, &current.record.python) {
        return Err(AppError::Damaged { app: app(), problem });
    }
    if is_intact(context.host, current)? {
        return Ok(());
    }
    let problem = "some of its files have changed, possibly because of a power loss".to_owned();
    Err(AppError::Damaged { app: app(), problem })
}

/// The command to start: the one asked for, else the only one, else the one named like the package.
fn command_to_run<'a>(record: &'a GenerationRecord, asked: Option<&str>) -> Result<&'a InstalledCommand, AppError> {
    let package = &record.request.requirement.name;
    let named = |name: &str| record.commands.iter().find(|command| command.name == name);
    let found = match (asked, record.commands.as_slice()) {
        (Some(asked), _) => named(asked),
        (None, [only]) => Some(only),
        (None, commands) => named(package.as_str())
            .or_else(|| named(&package.escaped()))
            .or_else(|| commands.iter().find(|command| bare(&command.name) == bare(package.as_str()))),
    };
    found.ok_or_else(|| AppError::WhichCommand {
        package: package.clone(),
        asked: asked.map(str::to_owned),
        commands: record.commands.iter().map(|command| command.name.clone()).collect(),
    })
}

/// A name without the characters that people set or leave out: the command of `jupyterlab` is `jupyter-lab`.
fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

pub(super) fn runnable(generation: &Generation, usage: Use, command: Option<&str>) -> Result<Runnable, AppError> {
    Ok(program(generation, usage, command_to_run(&generation.record, command)?))
}

/// The generation's own script, not the launcher: a flip of the pointer does not reach a program that is starting.
fn program(generation: &Generation, usage: Use, command: &InstalledCommand) -> Runnable {
    let program = join_relative(&generation.root, &command.script);
    Runnable { program, removed_variables: removed_variables(&generation.record.request), usage }
}

/// The variables of the caller that programs of an app do not get.
pub(super) fn removed_variables(request: &Request) -> &'static [&'static str] {
    if request.keep_pythonpath { &[] } else { PYTHON_VARIABLES }
}
