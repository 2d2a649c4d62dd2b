//! `kingbolt install`.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::app::{
    AppName, AppStep, ChosenBuild, Installation, Installed, LostCommand, OnlineContext, Pinning, PlannedInstall,
    VersionChange, install, lost_commands, pin, plan_install,
};
use crate::cli::args::InstallArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::failures::Failures;
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::path_advice::{PathAdvice, obstacle, path_advice, shadowed};
use crate::cli::report::FailureDetails;
use crate::cli::settings::{Format, Verbosity};
use crate::cli::text::counted;
use crate::host::Host;

use crate::platform::Os;

use super::pin::say_pinned;
use super::shown::{ShownPackage, ShownPlan, changes_text, headline, packages_text, plan_text, shown_path, to_build};
use super::sources::{Requested, TypedSource, sources};

#[derive(Serialize)]
struct Content {
    results: Vec<Shown>,
}

/// The result for one source.
#[derive(Serialize)]
#[serde(rename_all = "lowercase", tag = "status")]
pub(super) enum Shown {
    /// Planned: a build, whose result decides the rest of the plan.
    Build {
        app: AppName,
        sources: Vec<String>,
    },
    Failed {
        /// Unknown if only a build or the network could tell it.
        #[serde(skip_serializing_if = "Option::is_none")]
        app: Option<AppName>,
        source: String,
        error: FailureDetails,
    },
    Installed(ShownApp),
    Planned {
        app: AppName,
        plan: ShownPlan<AppStep>,
    },
    Unchanged(ShownApp),
}

/// An installed app.
#[derive(Serialize)]
pub(super) struct ShownApp {
    app: AppName,
    version: String,
    previous_version: Option<String>,
    generation: String,
    changes: Vec<VersionChange>,
    /// The options of the last installation that hold on.
    kept: Vec<String>,
    python: String,
    interpreter: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    accelerator: Option<ChosenBuild>,
    packages: Vec<ShownPackage>,
    files: u64,
    bytes: u64,
    seconds: f64,
    bin_dir: PathBuf,
    bin_dir_on_path: bool,
    commands: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lost: Vec<LostCommand>,
}

/// Installing, or showing what that would change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Mode {
    Install,
    Plan,
}

/// The results for several sources.
pub(super) struct Batch {
    results: Vec<Shown>,
    error: Option<CliError>,
}

/// Installs every source that was named, one after the other. One that fails does not keep the others from it.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &InstallArguments) -> Result<Exit, CliError> {
    let sources = sources(invocation, arguments)?;
    let mode = if arguments.dry_run { Mode::Plan } else { Mode::Install };
    let batch = carry_out(invocation, "install", mode, sources, &|_, request| outcome(invocation, mode, request));
    finish(invocation, "install", batch)
}

/// Installs sources one after the other, each by a function that is given its text and its request. `act` is the verb for
/// messages.
pub(super) fn carry_out(
    invocation: &Invocation<'_>,
    act: &'static str,
    mode: Mode,
    sources: Vec<TypedSource>,
    install: &dyn Fn(&str, &Requested) -> Result<Shown, CliError>,
) -> Batch {
    let several = sources.len() > 1;
    if several {
        invocation.reporter.hide_phases();
    }
    let mut results = Vec::new();
    let mut failures = Failures::new(invocation, act, sources.len());
    let mut end = None;
    for TypedSource { text, request } in sources {
        let app = request.as_ref().ok().map(|request| request.app.clone());
        match request.and_then(|request| install(&text, &request)) {
            Ok(shown) => results.push(shown),
            Err(error) => match failures.report(app.as_ref().map_or(&text, AppName::as_str), error) {
                Ok(error) => results.push(Shown::Failed { app, source: text, error }),
                Err(error) => {
                    end = Some(error);
                    break;
                }
            },
        }
    }
    if invocation.settings.verbosity != Verbosity::Quiet {
        advise(invocation, &results);
    }
    if several && end.is_none() && mode == Mode::Install {
        invocation.say(&counts(&results));
    }
    Batch { results, error: end.or_else(|| failures.summary()) }
}

/// The end of a command: its document, or its error.
pub(super) fn finish(invocation: &Invocation<'_>, command: &str, batch: Batch) -> Result<Exit, CliError> {
    let Batch { results, error } = batch;
    if let Some(error) = error {
        return Err(CliError::partly(error, "results", &results));
    }
    invocation.document_with_warnings(command, Content { results })?;
    Ok(Exit::Done)
}

/// The summary for several sources: `Installed 1 of 3 apps; 1 already installed`. The error of the command counts the
/// failures.
fn counts(results: &[Shown]) -> String {
    let count = |is_counted: fn(&Shown) -> bool| results.iter().filter(|result| is_counted(result)).count();
    let installed = count(|result| matches!(result, Shown::Installed(_)));
    let unchanged = count(|result| matches!(result, Shown::Unchanged(_)));
    let others = if unchanged > 0 { format!("; {unchanged} already installed") } else { String::new() };
    format!("Installed {installed} of {}{others}", counted(results.len(), "app"))
}

/// Installs an app, or plans that.
pub(super) fn outcome(invocation: &Invocation<'_>, mode: Mode, request: &Requested) -> Result<Shown, CliError> {
    let network = invocation.network(&request.options.index);
    let context = invocation.online(&network);
    let shown = match mode {
        Mode::Install => installed(invocation, &context, request)?,
        Mode::Plan => return planned(invocation, &context, request),
    };
    if request.is_pinned {
        let outcome = pin(&invocation.context(), &request.app, Pinning::Pin)?;
        say_pinned(invocation, &request.app, Pinning::Pin, &outcome);
    }
    Ok(shown)
}

fn installed(
    invocation: &Invocation<'_>,
    context: &OnlineContext<'_>,
    Requested { app, options, kept, .. }: &Requested,
) -> Result<Shown, CliError> {
    let started = invocation.host.clock.instant();
    let outcome = install(context, app, options);
    invocation.reporter.clear();
    let took = started.elapsed();
    Ok(match outcome? {
        Installed::Changed(installation) => {
            invocation.show(&headline(invocation.style(), &installation, took));
            say_changes(invocation, &installation);
            say_kept(invocation, kept);
            say_commands(invocation, &installation);
            Shown::Installed(shown_app(invocation, &installation, kept, took))
        }
        Installed::Unchanged(installation) => unchanged(invocation, &installation, kept, took),
    })
}

/// Prints a plan. It is data, so it goes to stdout.
fn planned(
    invocation: &Invocation<'_>,
    context: &OnlineContext<'_>,
    Requested { app, options, kept, .. }: &Requested,
) -> Result<Shown, CliError> {
    let started = invocation.host.clock.instant();
    let outcome = plan_install(context, app, options);
    invocation.reporter.clear();
    Ok(match outcome? {
        PlannedInstall::Build { sources } => {
            if invocation.settings.format == Format::Text {
                print_data(&to_build(&sources))?;
            }
            Shown::Build { app: app.clone(), sources }
        }
        PlannedInstall::Change(plan) => {
            if invocation.settings.format == Format::Text {
                let text = plan_text(invocation, app.as_str(), &packages_text(&plan), &plan);
                print_data(&text)?;
            }
            Shown::Planned { app: app.clone(), plan: ShownPlan::of(plan) }
        }
        PlannedInstall::Unchanged(installation) => unchanged(invocation, &installation, kept, started.elapsed()),
    })
}

fn unchanged(invocation: &Invocation<'_>, installation: &Installation, kept: &[String], took: Duration) -> Shown {
    let record = &installation.generation.record;
    let app = invocation.style().strong(record.app.as_str());
    invocation.show(&app.then(&format!(" {} is already installed", record.version)));
    say_kept(invocation, kept);
    say_commands(invocation, installation);
    Shown::Unchanged(shown_app(invocation, installation, kept, took))
}

/// Prints the dependencies whose versions changed, if the app was installed before.
fn say_changes(invocation: &Invocation<'_>, installation: &Installation) {
    let mut changes = installation.changes();
    // That of the app itself is in the headline.
    changes.retain(|change| change.name != installation.generation.record.request.requirement.name);
    if !changes.is_empty() {
        invocation.say(changes_text(&changes).trim_end());
    }
}

/// Prints the options that hold on from the last installation.
fn say_kept(invocation: &Invocation<'_>, kept: &[String]) {
    if !kept.is_empty() {
        invocation.say(&format!("Kept: {}; --replace starts afresh", kept.join(" ")));
    }
}

/// Prints the commands to type now.
fn say_commands(invocation: &Invocation<'_>, installation: &Installation) {
    let commands = &installation.generation.record.commands;
    let lost = lost(invocation, installation);
    for LostCommand { command, app } in &lost {
        let message = format!("`{command}` starts `{app}`, which took it over; install with `--force` to take it back");
        invocation.show(&invocation.style().warning(&message));
    }
    let names = commands.iter().map(|command| command.name.as_str());
    let names: Vec<&str> = names.filter(|name| lost.iter().all(|lost| lost.command != *name)).collect();
    if names.is_empty() {
        return;
    }
    let noun = if names.len() == 1 { "Command" } else { "Commands" };
    let bin_dir = shown_path(invocation.host, &invocation.settings.directories.bin_dir);
    invocation.say(&format!("{noun} in {bin_dir}: {}", names.join(", ")));
}

/// The commands that another app took over. Where that cannot be told, the app is installed all the same.
fn lost(invocation: &Invocation<'_>, installation: &Installation) -> Vec<LostCommand> {
    lost_commands(&invocation.context(), &installation.generation).unwrap_or_default()
}

/// Warns if the commands are not found on PATH, with advice: once, however many apps there are.
fn advise(invocation: &Invocation<'_>, results: &[Shown]) {
    let (host, style) = (invocation.host, invocation.style());
    let bin_dir = &invocation.settings.directories.bin_dir;
    let apps = results.iter().filter_map(|result| match result {
        Shown::Installed(app) | Shown::Unchanged(app) => Some(app),
        Shown::Build { .. } | Shown::Failed { .. } | Shown::Planned { .. } => None,
    });
    let commands: Vec<&str> = apps.flat_map(|app| &app.commands).map(String::as_str).collect();
    if commands.is_empty() {
        return;
    }
    if let Some(advice) = path_advice(host, Os::current(), bin_dir) {
        invocation.show(&style.warning(&format!("{} is not on PATH", shown_path(host, bin_dir))));
        if let Some(problem) = obstacle(Os::current(), bin_dir) {
            let hint = format!("it cannot be: its path {problem}; set KINGBOLT_BIN_DIR to another directory");
            invocation.show(&style.hint(&hint));
            return;
        }
        invocation.show(&style.hint(&path_hint(host, &advice)));
        return;
    }
    for (command, path) in shadowed(host, Os::current(), bin_dir, &commands) {
        invocation
            .show(&style.warning(&format!("`{command}` runs {}, which comes first on PATH", shown_path(host, &path))));
    }
}

fn path_hint(host: &Host, advice: &PathAdvice) -> String {
    let line = &advice.line;
    match &advice.file {
        Some(file) if host.files.read_text(file).is_ok_and(|text| text.lines().any(|there| there.trim() == line)) => {
            format!(
                "{} already has this line; open a new terminal, or run it in this one:\n    {line}",
                shown_path(host, file)
            )
        }
        Some(file) => {
            format!("add this line to {}, and run it in this terminal too:\n    {line}", shown_path(host, file))
        }
        None => format!("run this once in PowerShell, then open a new terminal:\n    {line}"),
    }
}

fn shown_app(invocation: &Invocation<'_>, installation: &Installation, kept: &[String], took: Duration) -> ShownApp {
    let record = &installation.generation.record;
    let bin_dir = invocation.settings.directories.bin_dir.clone();
    ShownApp {
        app: record.app.clone(),
        version: record.version.to_string(),
        previous_version: installation.previous.as_ref().map(|previous| previous.version.to_string()),
        generation: installation.generation.name.directory(),
        changes: installation.changes(),
        kept: kept.to_vec(),
        python: record.python.version.to_string(),
        interpreter: record.python.executable.clone(),
        accelerator: record.accelerator.clone(),
        packages: record.wheels.iter().map(ShownPackage::of_wheel).collect(),
        files: record.files,
        bytes: record.bytes,
        seconds: took.as_secs_f64(),
        bin_dir_on_path: path_advice(invocation.host, Os::current(), &bin_dir).is_none(),
        bin_dir,
        lost: lost(invocation, installation),
        commands: record.commands.iter().map(|command| command.name.clone()).collect(),
    }
}
