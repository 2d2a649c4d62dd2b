//! The import check of a new generation, before it becomes the current one.

use std::time::Duration;

use serde::Serialize;

use crate::host::{Command, Event, Output, ProcessError, Stopped};

use crate::venv::Layout;
use crate::vocab::{ExtraName, PackageName};

use crate::app::error::AppError;
use crate::app::state::{Context, Generation};

const SCRIPT: &str = include_str!("import_check.py");

/// Importing a large package from a cold disk may take long; one that hangs must not stop an upgrade forever.
const TIME_LIMIT: Duration = Duration::from_mins(2);

/// The same for an installation that the person wants to be tried.
const SMOKE_TIME_LIMIT: Duration = Duration::from_secs(30);

/// The variables that lead to the home directory.
const HOME_VARIABLES: &[&str] = &[
    "APPDATA",
    "HOME",
    "LOCALAPPDATA",
    "USERPROFILE",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
];

/// The input of the script.
#[derive(Serialize)]
struct Input<'a> {
    package: &'a str,
    /// All packages whose commands are imported.
    packages: Vec<&'a str>,
    extras: Vec<&'a str>,
    distributions: Vec<&'a str>,
}

/// Reads the metadata of everything in a generation and imports the console entry points behind its commands. A failure that
/// the generation before it has as well is only a warning: that part may never have worked on this machine.
///
/// # Errors
/// [`AppError::CheckFailed`] with what fails.
pub(in crate::app) fn import_check(
    context: &Context<'_>,
    generation: &Generation,
    before: Option<&Generation>,
) -> Result<(), AppError> {
    context.progress.event(Event::CheckStarted { app: generation.record.app.as_str() });
    let failures = failures(context, generation, TIME_LIMIT);
    context.progress.event(Event::CheckFinished);
    let failures = failures?;
    if failures.is_empty() {
        return Ok(());
    }
    let old = match before {
        Some(before) if context.host.files.is_file(&Layout::python_in(&before.root)) => {
            self::failures(context, before, TIME_LIMIT)?
        }
        Some(_) | None => Vec::new(),
    };
    let (known, new): (Vec<_>, Vec<_>) =
        failures.into_iter().partition(|(part, _)| old.iter().any(|(old_part, _)| old_part == part));
    for (part, reason) in known {
        let message = format!("{part} fails, as in the previous generation: {reason}");
        context.progress.event(Event::Warning { message: &message });
    }
    if new.is_empty() {
        return Ok(());
    }
    Err(AppError::CheckFailed {
        app: generation.record.app.clone(),
        version: generation.record.version.clone(),
        failures: new.into_iter().map(|(part, reason)| format!("{part} fails: {reason}")).collect(),
    })
}

/// The same for an installation, with a warning for each failure.
pub(in crate::app) fn smoke(context: &Context<'_>, generation: &Generation) -> Result<(), AppError> {
    context.progress.event(Event::CheckStarted { app: generation.record.app.as_str() });
    let failures = failures(context, generation, SMOKE_TIME_LIMIT);
    context.progress.event(Event::CheckFinished);
    let failures = match failures {
        Err(AppError::Process(ProcessError::TimedOut { .. })) => {
            let reason = format!("it takes longer than {} seconds", SMOKE_TIME_LIMIT.as_secs());
            vec![("importing its commands".to_owned(), reason)]
        }
        failures => failures?,
    };
    for (part, reason) in failures {
        context.progress.event(Event::Warning { message: &format!("{part} fails: {reason}") });
    }
    Ok(())
}

/// The failures: each part with the reason.
fn failures(
    context: &Context<'_>,
    generation: &Generation,
    time_limit: Duration,
) -> Result<Vec<(String, String)>, AppError> {
    let request = &generation.record.request;
    let requirement = &request.requirement;
    let names = || generation.record.wheels.iter().map(|wheel| &wheel.name);
    let input = Input {
        package: requirement.name.as_str(),
        packages: names().filter(|name| request.has_commands_of(name)).map(PackageName::as_str).collect(),
        extras: requirement.extras.iter().map(ExtraName::as_str).collect(),
        distributions: names().map(PackageName::as_str).collect(),
    };
    // Modules may write into the home directory of the person when they are imported. If Kingbolt is killed meanwhile, the
    // next change of the store removes this one.
    let home = context.host.files.stage(&context.directories.store().join("smoke"))?;
    let variable = |name: &str| (name.into(), Some(home.path().into()));
    let command = Command {
        stdin: serde_json::to_vec(&input).unwrap_or_default(),
        variables: HOME_VARIABLES.iter().copied().map(variable).collect(),
        time_limit,
        stopped: Stopped::WithDescendants,
        // Isolated from the variables and the packages of whoever upgrades, and without leaving bytecode.
        ..Command::new(&Layout::python_in(&generation.root), ["-I", "-B", "-c", SCRIPT])
    };
    let output = context.host.processes.capture(&command)?;
    Ok(reported(&output))
}

fn reported(output: &Output) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(&output.stdout);
    let mut failures: Vec<(String, String)> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if !text.lines().any(|line| line == "done") {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("it printed no error");
        failures.push(("importing its commands".to_owned(), format!("{last} ({})", output.status)));
    }
    failures
}
