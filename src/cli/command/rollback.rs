//! `kingbolt rollback`.

use std::sync::Arc;

use serde::Serialize;

use crate::app::VersionChange;
use crate::app::{AppName, Context, RolledBack, Target, rollback};
use crate::cli::args::RollbackArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::progress::Reporter;
use crate::cli::report;
use crate::cli::settings::{Format, Settings, Talk};
use crate::cli::text::{Style, say};
use crate::host::Host;
use crate::index::IndexSettings;

use super::shown::tell_changes;
use super::wish;

#[derive(Serialize)]
struct Document {
    schema: u32,
    command: &'static str,
    app: AppName,
    status: &'static str,
    version: String,
    generation: String,
    changes: Vec<VersionChange>,
}

/// Makes another generation current.
pub(crate) fn run(host: &Host, settings: &Settings, arguments: &RollbackArguments) -> Result<Exit, CliError> {
    let app = wish::app_names(std::slice::from_ref(&arguments.app))?.swap_remove(0);
    let reporter = Arc::new(Reporter::new(host.clock, settings));
    let network = wish::network(host, settings, &IndexSettings::default(), &reporter);
    let context =
        Context { host, places: &settings.places, network: &network, progress: &*reporter, jobs: settings.jobs };
    let target = arguments.to.map_or(Target::Previous, Target::Number);
    let rolled_back = rollback(&context, &app, target);
    reporter.clear();
    let (status, installation, changes) = match rolled_back? {
        RolledBack::Changed { installation, changes } => ("changed", installation, changes),
        RolledBack::Unchanged(installation) => ("unchanged", installation, Vec::new()),
    };
    let generation = &installation.generation;
    if settings.talk != Talk::Quiet {
        let name = Style::new(settings.palette).strong(app.as_str());
        let (version, number) = (&generation.facts.version, generation.name.number);
        let from = installation.previous.as_ref().map(|previous| format!(" from {}", previous.version));
        match status {
            "unchanged" => say(&format!("{name} is already at {version} (generation {number})")),
            _ => say(&format!("Switched {name}{} to {version} (generation {number})", from.unwrap_or_default())),
        }
        tell_changes(&changes);
    }
    if settings.format == Format::Json {
        report::document(&Document {
            schema: crate::cli::JSON_SCHEMA,
            command: "rollback",
            app,
            status,
            version: generation.facts.version.to_string(),
            generation: generation.name.directory(),
            changes,
        })?;
    }
    Ok(Exit::Done)
}
