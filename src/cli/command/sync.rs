//! `kingbolt sync`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::app::{Context, Environment, Mode, Renewal, SyncWish, Synced, sync};
use crate::cli::args::SyncArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::progress::Reporter;
use crate::cli::report;
use crate::cli::settings::{Format, Settings, Talk, absolute};
use crate::cli::text::{Style, bytes, counted, print_data, say, seconds};
use crate::host::Host;
use crate::index::IndexSettings;

use super::shown::{ShownPackage, ShownPlan, plan_text, shown_path};
use super::wish;

#[derive(Serialize)]
struct Document {
    schema: u32,
    command: &'static str,
    #[serde(flatten)]
    result: Shown,
    warnings: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase", tag = "status")]
enum Shown {
    Made(ShownEnvironment),
    Planned { plan: ShownPlan },
    Unchanged(ShownEnvironment),
}

#[derive(Serialize)]
struct ShownEnvironment {
    environment: PathBuf,
    python: String,
    interpreter: PathBuf,
    packages: Vec<ShownPackage>,
    files: u64,
    bytes: u64,
    seconds: f64,
}

/// Makes an environment from a lock.
pub(crate) fn run(host: &Host, settings: &Settings, arguments: &SyncArguments) -> Result<Exit, CliError> {
    let wish = SyncWish {
        lock: absolute(&host.environment, &arguments.lock),
        into: absolute(&host.environment, &arguments.into),
        python: arguments.python.clone(),
        extras: wish::extras(&arguments.extras)?,
        link_mode: wish::link_mode(arguments.link_mode),
        renewal: if arguments.force { Renewal::Always } else { Renewal::WhenChanged },
        mode: if arguments.dry_run { Mode::DryRun } else { Mode::Perform },
    };
    let reporter = Arc::new(Reporter::new(host.clock, settings));
    let network = wish::network(host, settings, &IndexSettings::default(), &reporter);
    let context =
        Context { host, places: &settings.places, network: &network, progress: &*reporter, jobs: settings.jobs };
    let started = host.clock.instant();
    let synced = sync(&context, &wish);
    reporter.clear();
    let result = shown(host, settings, &wish, synced?, started.elapsed())?;
    if settings.format == Format::Json {
        let warnings = reporter.warnings();
        report::document(&Document { schema: crate::cli::JSON_SCHEMA, command: "sync", result, warnings })?;
    }
    Ok(Exit::Done)
}

fn shown(host: &Host, settings: &Settings, wish: &SyncWish, synced: Synced, took: Duration) -> Result<Shown, CliError> {
    let style = Style::new(settings.palette);
    let talks = settings.talk != Talk::Quiet;
    let place = shown_path(host, &wish.into);
    Ok(match synced {
        Synced::Made(environment) => {
            if talks {
                say(&format!(
                    "{}: {}, {}, Python {}, {}",
                    style.strong(&place),
                    counted(environment.wheels.len(), "package"),
                    bytes(environment.bytes),
                    environment.python.version,
                    seconds(took)
                ));
            }
            Shown::Made(shown_environment(wish, &environment, took))
        }
        Synced::Planned(plan) => {
            if settings.format == Format::Text {
                print_data(&plan_text(&place, &plan))?;
            }
            Shown::Planned { plan: ShownPlan::of(&plan) }
        }
        Synced::Unchanged(environment) => {
            if talks {
                say(&format!("{place} already matches the lock"));
            }
            Shown::Unchanged(shown_environment(wish, &environment, took))
        }
    })
}

fn shown_environment(wish: &SyncWish, environment: &Environment, took: Duration) -> ShownEnvironment {
    ShownEnvironment {
        environment: wish.into.clone(),
        python: environment.python.version.to_string(),
        interpreter: environment.python.executable.clone(),
        packages: environment.wheels.iter().map(ShownPackage::of_wheel).collect(),
        files: environment.files,
        bytes: environment.bytes,
        seconds: took.as_secs_f64(),
    }
}
