//! `kingbolt upgrade`.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::app::VersionChange;
use crate::app::{
    AppError, AppName, Context, Installation, Mode, Request, Upgrade, UpgradeWish, remembered, upgrade, visible,
};
use crate::cli::args::UpgradeArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::progress::Reporter;
use crate::cli::report;
use crate::cli::settings::{Format, Settings, Talk};
use crate::cli::text::{Style, print_data, say};
use crate::host::Host;
use crate::index::IndexSettings;
use crate::vocab::{Origin, Requirement, pins_exactly};

use super::shown::{ShownPlan, changes_text, headline, steps_text, tell_changes};
use super::wish;

#[derive(Serialize)]
struct Document {
    schema: u32,
    command: &'static str,
    results: Vec<Shown>,
    warnings: Vec<String>,
}

/// What became of one application.
#[derive(Serialize)]
#[serde(rename_all = "lowercase", tag = "status")]
enum Shown {
    Failed { app: AppName, error: report::FailureDetails },
    Planned { app: AppName, changes: Vec<VersionChange>, plan: ShownPlan },
    Unchanged(ShownApp),
    Upgraded(ShownApp),
}

#[derive(Serialize)]
struct ShownApp {
    app: AppName,
    version: String,
    previous_version: Option<String>,
    generation: String,
    python: String,
    changes: Vec<VersionChange>,
}

/// Upgrades every application that was named. One that fails does not keep the others from it.
pub(crate) fn run(host: &Host, settings: &Settings, arguments: &UpgradeArguments) -> Result<Exit, CliError> {
    let apps = if arguments.all {
        visible(host, &settings.places).map_err(CliError::from)?
    } else {
        wish::app_names(&arguments.apps)?
    };
    let reporter = Arc::new(Reporter::new(host.clock, settings));
    if apps.is_empty() && settings.talk != Talk::Quiet {
        say("No apps are installed");
    }
    let mut results = Vec::new();
    let mut failures = Vec::new();
    for app in &apps {
        let started = host.clock.instant();
        match upgraded(host, settings, &reporter, arguments, app) {
            Ok(outcome) => results.push(shown(settings, app, outcome, started.elapsed())?),
            // Of all that there were, another process removed it, or has not installed it yet.
            Err(CliError::App(AppError::NotInstalled { .. })) if arguments.all => {}
            Err(error) if apps.len() == 1 || host.interrupt.is_raised() => {
                return Err(CliError::partly(error, "results", &results));
            }
            Err(error) => {
                let error = CliError::OfApp { act: "upgrade", app: app.clone(), source: Box::new(error) };
                let details = report::details(&error);
                report::tell(Style::new(settings.palette), &details);
                results.push(Shown::Failed { app: app.clone(), error: details });
                failures.push(error.exit());
            }
        }
    }
    if let Some(exit) = failures.first() {
        let error = CliError::Some { failed: failures.len(), all: apps.len(), exit: *exit };
        return Err(CliError::partly(error, "results", &results));
    }
    if settings.format == Format::Json {
        let warnings = reporter.warnings();
        report::document(&Document { schema: crate::cli::JSON_SCHEMA, command: "upgrade", results, warnings })?;
    }
    Ok(Exit::Done)
}

fn upgraded(
    host: &Host,
    settings: &Settings,
    reporter: &Arc<Reporter>,
    arguments: &UpgradeArguments,
    app: &AppName,
) -> Result<Upgrade, CliError> {
    let request = remembered(host, &settings.places, app)?;
    let index: IndexSettings = wish::remembered_index(host, &request)?;
    let network = wish::network(host, settings, &index, reporter);
    let context =
        Context { host, places: &settings.places, network: &network, progress: &**reporter, jobs: settings.jobs };
    let mode = if arguments.dry_run { Mode::DryRun } else { Mode::Perform };
    let outcome = upgrade(&context, &UpgradeWish { app: app.clone(), index, keep: arguments.keep, mode });
    reporter.clear();
    Ok(outcome?)
}

fn shown(settings: &Settings, app: &AppName, outcome: Upgrade, took: Duration) -> Result<Shown, CliError> {
    let style = Style::new(settings.palette);
    let talks = settings.talk != Talk::Quiet;
    Ok(match outcome {
        Upgrade::Planned { plan, changes } => {
            if settings.format == Format::Text {
                let python = &plan.python;
                let title = format!("{app} on Python {} ({})", python.version, python.executable.display());
                print_data(&format!("{title}\n{}{}", changes_text(&changes), steps_text(&plan)))?;
            }
            Shown::Planned { app: app.clone(), changes, plan: ShownPlan::of(&plan) }
        }
        Upgrade::Unchanged(installation) => {
            if talks {
                let facts = &installation.generation.facts;
                say(&format!("{} {} is up to date{}", style.strong(app.as_str()), facts.version, pin(&facts.request)));
            }
            Shown::Unchanged(shown_app(&installation, Vec::new()))
        }
        Upgrade::Upgraded { installation, changes } => {
            if talks {
                say(&headline(style, &installation, took));
                tell_changes(&changes);
            }
            Shown::Upgraded(shown_app(&installation, changes))
        }
    })
}

/// What keeps an application at its version, and how to let it go.
fn pin(request: &Request) -> String {
    let Requirement { name, origin, .. } = &request.requirement;
    match origin {
        Origin::Index(specifiers) if pins_exactly(specifiers) => {
            format!(": pinned by `{}`; run `kingbolt install {name}` to remove the pin", request.requirement)
        }
        Origin::Index(_) | Origin::Url(_) => String::new(),
    }
}

fn shown_app(installation: &Installation, changes: Vec<VersionChange>) -> ShownApp {
    let facts = &installation.generation.facts;
    ShownApp {
        app: facts.app.clone(),
        version: facts.version.to_string(),
        previous_version: installation.previous.as_ref().map(|previous| previous.version.to_string()),
        generation: installation.generation.name.directory(),
        python: facts.python.version.to_string(),
        changes,
    }
}
