//! `kingbolt install`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::app::Plan;
use crate::app::{AppName, Check, Context, Foreign, Installation, KEPT, Mode, Outcome, Renewal, Wish, install};
use crate::cli::args::InstallArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::path_advice::{PathAdvice, path_advice, shadowed};
use crate::cli::progress::Reporter;
use crate::cli::report;
use crate::cli::settings::{Format, Settings, Talk};
use crate::cli::text::{Style, say, wrapped};
use crate::host::Host;
use crate::index::IndexSettings;
use crate::platform::Os;

use super::shown::{ShownPackage, ShownPlan, headline, plan_text, shown_path};
use super::wish;

/// The document that `--json` prints.
#[derive(Serialize)]
struct Document {
    schema: u32,
    command: &'static str,
    results: Vec<Shown>,
    warnings: Vec<String>,
}

/// What happened to one source.
#[derive(Serialize)]
#[serde(rename_all = "lowercase", tag = "status")]
enum Shown {
    Installed(ShownApp),
    Planned { app: AppName, plan: ShownPlan },
    Unchanged(ShownApp),
}

/// An installed application.
#[derive(Serialize)]
struct ShownApp {
    app: AppName,
    version: String,
    previous_version: Option<String>,
    generation: String,
    python: String,
    interpreter: PathBuf,
    packages: Vec<ShownPackage>,
    files: u64,
    bytes: u64,
    seconds: f64,
    bin_dir: PathBuf,
    bin_dir_on_path: bool,
    commands: Vec<String>,
}

/// Installs every source that was named, one after the other.
pub(crate) fn run(host: &Host, settings: &Settings, arguments: &InstallArguments) -> Result<Exit, CliError> {
    let index = wish::index(host, &arguments.request)?;
    let wishes = wishes(host, arguments, &index)?;
    let reporter = Arc::new(Reporter::new(host.clock, settings));
    let network = wish::network(host, settings, &index, &reporter);
    let context =
        Context { host, places: &settings.places, network: &network, progress: &*reporter, jobs: settings.jobs };
    let mut results = Vec::new();
    let mut failure = None;
    for wish in &wishes {
        let started = host.clock.instant();
        let outcome = install(&context, wish);
        reporter.clear();
        let told = outcome.map_err(CliError::from);
        match told.and_then(|outcome| shown(host, settings, wish, outcome, started.elapsed())) {
            Ok(shown) => results.push(shown),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    if settings.talk != Talk::Quiet {
        advise(host, settings, &results);
    }
    if let Some(error) = failure {
        return Err(CliError::partly(error, "results", &results));
    }
    if settings.format == Format::Json {
        let warnings = reporter.warnings();
        report::document(&Document { schema: crate::cli::JSON_SCHEMA, command: "install", results, warnings })?;
    }
    Ok(Exit::Done)
}

/// A name that starts with a dot is for what `run` makes, and removes again.
fn visible_name(text: &str) -> Result<AppName, CliError> {
    let name = text.parse::<AppName>().ok().filter(|name| !name.is_hidden());
    name.ok_or_else(|| CliError::AppName { text: text.to_owned() })
}

fn wishes(host: &Host, arguments: &InstallArguments, index: &IndexSettings) -> Result<Vec<Wish>, CliError> {
    if arguments.name.is_some() && arguments.sources.len() > 1 {
        return Err(CliError::OneName);
    }
    let wish = |source: &String| {
        let request = wish::request(host, source, &arguments.request)?;
        let app = match &arguments.name {
            Some(name) => visible_name(name)?,
            None => AppName::of(&request.requirement.name),
        };
        Ok(Wish {
            app,
            request,
            index: index.clone(),
            renewal: if arguments.force { Renewal::Always } else { Renewal::WhenChanged },
            foreign: if arguments.force { Foreign::Replace } else { Foreign::Refuse },
            check: Check::Nothing,
            keep: KEPT.into(),
            mode: if arguments.dry_run { Mode::DryRun } else { Mode::Perform },
        })
    };
    arguments.sources.iter().map(wish).collect()
}

fn shown(host: &Host, settings: &Settings, wish: &Wish, outcome: Outcome, took: Duration) -> Result<Shown, CliError> {
    let style = Style::new(settings.palette);
    let talks = settings.talk != Talk::Quiet;
    Ok(match outcome {
        Outcome::Installed(installation) => {
            if talks {
                tell_installed(host, settings, style, &installation, took);
            }
            Shown::Installed(shown_app(host, settings, &installation, took))
        }
        Outcome::Planned(plan) => {
            tell_planned(settings, wish, &plan)?;
            Shown::Planned { app: wish.app.clone(), plan: ShownPlan::of(&plan) }
        }
        Outcome::Unchanged(installation) => {
            if talks {
                let facts = &installation.generation.facts;
                say(&format!("{} {} is already installed", style.strong(facts.app.as_str()), facts.version));
                tell_commands(host, settings, &installation);
            }
            Shown::Unchanged(shown_app(host, settings, &installation, took))
        }
    })
}

fn tell_installed(host: &Host, settings: &Settings, style: Style, installation: &Installation, took: Duration) {
    say(&headline(style, installation, took));
    tell_commands(host, settings, installation);
}

/// What to type now.
fn tell_commands(host: &Host, settings: &Settings, installation: &Installation) {
    let commands = &installation.generation.facts.commands;
    let names: Vec<&str> = commands.iter().map(|command| command.name.as_str()).collect();
    let noun = if names.len() == 1 { "Command" } else { "Commands" };
    say(&wrapped(&format!("{noun} in {}:", shown_path(host, &settings.places.bin_dir)), &names));
}

/// What keeps the commands from being found, and what to do about it: once, however many applications there are.
fn advise(host: &Host, settings: &Settings, results: &[Shown]) {
    let style = Style::new(settings.palette);
    let bin_dir = &settings.places.bin_dir;
    let apps = results.iter().filter_map(|result| match result {
        Shown::Installed(app) | Shown::Unchanged(app) => Some(app),
        Shown::Planned { .. } => None,
    });
    let commands: Vec<&str> = apps.flat_map(|app| &app.commands).map(String::as_str).collect();
    if commands.is_empty() {
        return;
    }
    if let Some(advice) = path_advice(&host.environment, Os::current(), bin_dir) {
        say(&style.warning(&format!("{} is not on PATH", shown_path(host, bin_dir))));
        say(&style.hint(&to_do(host, &advice)));
        return;
    }
    for (command, path) in shadowed(host, Os::current(), bin_dir, &commands) {
        say(&style.warning(&format!("`{command}` runs {}, which comes first on PATH", shown_path(host, &path))));
    }
}

fn to_do(host: &Host, advice: &PathAdvice) -> String {
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

/// A plan is what was asked for: data, on stdout, unless it goes there as JSON.
fn tell_planned(settings: &Settings, wish: &Wish, plan: &Plan) -> Result<(), CliError> {
    match settings.format {
        Format::Json => Ok(()),
        Format::Text => crate::cli::text::print_data(&plan_text(wish.app.as_str(), plan)),
    }
}

fn shown_app(host: &Host, settings: &Settings, installation: &Installation, took: Duration) -> ShownApp {
    let facts = &installation.generation.facts;
    let bin_dir = settings.places.bin_dir.clone();
    ShownApp {
        app: facts.app.clone(),
        version: facts.version.to_string(),
        previous_version: installation.previous.as_ref().map(|previous| previous.version.to_string()),
        generation: installation.generation.name.directory(),
        python: facts.python.version.to_string(),
        interpreter: facts.python.executable.clone(),
        packages: facts.wheels.iter().map(ShownPackage::of_wheel).collect(),
        files: facts.files,
        bytes: facts.bytes,
        seconds: took.as_secs_f64(),
        bin_dir_on_path: path_advice(&host.environment, Os::current(), &bin_dir).is_none(),
        bin_dir,
        commands: facts.commands.iter().map(|command| command.name.clone()).collect(),
    }
}
