//! `kingbolt install`.

use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use crate::app::{AppName, Context, Exposure, Foreign, Installation, Mode, Outcome, Renewal, Request, Wish, install};
use crate::cli::args::InstallArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::path_advice::path_advice;
use crate::cli::progress::Reporter;
use crate::cli::report;
use crate::cli::settings::{Format, Settings, Talk};
use crate::cli::text::{Style, bytes, counted, say, seconds};
use crate::host::Host;
use crate::plan::Plan;
use crate::platform::Os;

use super::shown::{ShownPackage, ShownPlan, plan_text, shown_path};
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
    if arguments.name.is_some() && arguments.sources.len() > 1 {
        return Err(CliError::OneName);
    }
    let requests: Vec<Request> = arguments
        .sources
        .iter()
        .map(|source| wish::request(host, source, &arguments.request))
        .collect::<Result<_, _>>()?;
    let index = wish::index(host, &arguments.request)?;
    let network = wish::network(host, settings, &index);
    let reporter = Reporter::new(host.clock, settings);
    let context =
        Context { host, places: &settings.places, network: &network, progress: &reporter, jobs: settings.jobs };
    let mut results = Vec::new();
    for request in requests {
        let app = match &arguments.name {
            Some(name) => name.parse().map_err(|_| CliError::AppName { text: name.clone() })?,
            None => AppName::of(&request.requirement.name),
        };
        let wish = Wish {
            app,
            request,
            index: index.clone(),
            renewal: if arguments.force { Renewal::Always } else { Renewal::WhenChanged },
            foreign: if arguments.force { Foreign::Replace } else { Foreign::Refuse },
            exposure: Exposure::BinDirectory,
            mode: if arguments.dry_run { Mode::DryRun } else { Mode::Perform },
        };
        let started = host.clock.instant();
        let outcome = install(&context, &wish);
        reporter.clear();
        results.push(shown(host, settings, &wish, outcome?, started.elapsed()));
    }
    if settings.format == Format::Json {
        let warnings = reporter.warnings();
        report::document(&Document { schema: crate::cli::JSON_SCHEMA, command: "install", results, warnings });
    }
    Ok(Exit::Done)
}

fn shown(host: &Host, settings: &Settings, wish: &Wish, outcome: Outcome, took: Duration) -> Shown {
    let style = Style::new(settings.palette);
    let talks = settings.talk != Talk::Quiet;
    match outcome {
        Outcome::Installed(installation) => {
            if talks {
                tell_installed(host, settings, style, &installation, took);
            }
            Shown::Installed(shown_app(host, settings, &installation, took))
        }
        Outcome::Planned(plan) => {
            tell_planned(settings, wish, &plan);
            Shown::Planned { app: wish.app.clone(), plan: ShownPlan::of(&plan) }
        }
        Outcome::Unchanged(installation) => {
            if talks {
                let facts = &installation.generation.facts;
                say(&format!("{} {} is already installed as requested", facts.app, facts.version));
                tell_commands(host, settings, style, &installation);
            }
            Shown::Unchanged(shown_app(host, settings, &installation, took))
        }
    }
}

fn tell_installed(host: &Host, settings: &Settings, style: Style, installation: &Installation, took: Duration) {
    let facts = &installation.generation.facts;
    let changed = match &installation.previous {
        Some(previous) if previous.version != facts.version => format!(" (was {})", previous.version),
        Some(_) | None => String::new(),
    };
    say(&format!(
        "{} {}{changed}: {}, {}, Python {}, {}",
        style.strong(facts.app.as_str()),
        facts.version,
        counted(facts.wheels.len(), "package"),
        bytes(facts.bytes),
        facts.python.version,
        seconds(took)
    ));
    tell_commands(host, settings, style, installation);
}

/// What to type now, and what to do first where that would not be found.
fn tell_commands(host: &Host, settings: &Settings, style: Style, installation: &Installation) {
    let commands = &installation.generation.facts.commands;
    let names: Vec<&str> = commands.iter().map(|command| command.name.as_str()).collect();
    let noun = if names.len() == 1 { "Command" } else { "Commands" };
    let bin_dir = &settings.places.bin_dir;
    say(&format!("{noun} in {}: {}", shown_path(host, bin_dir), names.join(", ")));
    if let Some(advice) = path_advice(&host.environment, Os::current(), bin_dir) {
        say(&style.warning(&format!("{} is not on PATH", shown_path(host, bin_dir))));
        let to_do = match &advice.file {
            Some(file) => format!("add this line to {}, then open a new terminal:", shown_path(host, file)),
            None => "type this once in PowerShell, then open a new terminal:".to_owned(),
        };
        say(&format!("{}\n    {}", style.hint(&to_do), advice.line));
    }
}

/// A plan is what was asked for: data, on stdout, unless it goes there as JSON.
fn tell_planned(settings: &Settings, wish: &Wish, plan: &Plan) {
    if settings.format == Format::Text {
        crate::cli::text::print_data(&plan_text(wish.app.as_str(), plan));
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
