//! `kingbolt uninstall`.

use std::path::PathBuf;

use serde::Serialize;

use crate::app::{AppName, uninstall, visible_apps};
use crate::cli::args::UninstallArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::report;

use super::request;
use super::shown::kept;

#[derive(Serialize)]
struct Content {
    apps: Vec<Removed>,
}

#[derive(Serialize)]
struct Removed {
    app: AppName,
    commands: Vec<String>,
    /// Files and directories that Kingbolt did not create.
    kept: Vec<PathBuf>,
}

/// Removes every app that was named. One that cannot be removed does not keep the others from it.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &UninstallArguments) -> Result<Exit, CliError> {
    let names = if arguments.all {
        visible_apps(invocation.host, &invocation.settings.directories)?
    } else {
        request::app_names(&arguments.apps)?
    };
    if names.is_empty() {
        invocation.say("No apps are installed");
    }
    let (mut apps, mut exits) = (Vec::new(), Vec::new());
    for name in &names {
        let removed = match uninstall(&invocation.context(), name) {
            Ok(removed) => removed,
            Err(error) if names.len() == 1 || invocation.host.interrupt.is_raised() => {
                return Err(CliError::partly(error.into(), "apps", &apps));
            }
            Err(error) => {
                let error = CliError::OfApp { act: "uninstall", app: name.clone(), source: Box::new(error.into()) };
                report::print_error(invocation.style(), &report::details(&error));
                exits.push(error.exit());
                continue;
            }
        };
        invocation.say(&format!("Uninstalled {}", removed.app));
        for path in &removed.kept {
            invocation.say(&kept(invocation.host, path));
        }
        apps.push(Removed { app: removed.app, commands: removed.commands, kept: removed.kept });
    }
    if let Some(exit) = exits.first() {
        let error = CliError::Some { failed: exits.len(), all: names.len(), exit: *exit };
        return Err(CliError::partly(error, "apps", &apps));
    }
    invocation.document("uninstall", Content { apps })?;
    Ok(Exit::Done)
}
