//! `kingbolt uninstall`.

use std::sync::Arc;

use serde::Serialize;

use crate::app::{AppName, Context, uninstall};
use crate::cli::args::UninstallArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::progress::Reporter;
use crate::cli::report;
use crate::cli::settings::{Format, Settings, Talk};
use crate::cli::text::say;
use crate::host::Host;
use crate::index::IndexSettings;

use super::wish;

#[derive(Serialize)]
struct Document {
    schema: u32,
    command: &'static str,
    apps: Vec<Removed>,
}

#[derive(Serialize)]
struct Removed {
    app: AppName,
    commands: Vec<String>,
}

/// Removes every application that was named.
pub(crate) fn run(host: &Host, settings: &Settings, arguments: &UninstallArguments) -> Result<Exit, CliError> {
    let names = wish::app_names(&arguments.apps)?;
    let reporter = Arc::new(Reporter::new(host.clock, settings));
    let network = wish::network(host, settings, &IndexSettings::default(), &reporter);
    let context =
        Context { host, places: &settings.places, network: &network, progress: &*reporter, jobs: settings.jobs };
    let mut apps = Vec::new();
    for name in names {
        let removed = match uninstall(&context, &name) {
            Ok(removed) => removed,
            Err(error) => return Err(CliError::partly(error.into(), "apps", &apps)),
        };
        if settings.talk != Talk::Quiet {
            say(&format!("Uninstalled {}", removed.app));
        }
        apps.push(Removed { app: removed.app, commands: removed.commands });
    }
    if settings.format == Format::Json {
        report::document(&Document { schema: crate::cli::JSON_SCHEMA, command: "uninstall", apps })?;
    }
    Ok(Exit::Done)
}
