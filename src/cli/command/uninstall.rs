//! `kingbolt uninstall`.

use std::path::PathBuf;

use serde::Serialize;

use crate::app::{AppName, uninstall};
use crate::cli::args::UninstallArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;

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

/// Removes every app that was named.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &UninstallArguments) -> Result<Exit, CliError> {
    let mut apps = Vec::new();
    for name in request::app_names(&arguments.apps)? {
        let removed = match uninstall(&invocation.context(), &name) {
            Ok(removed) => removed,
            Err(error) => return Err(CliError::partly(error.into(), "apps", &apps)),
        };
        invocation.say(&format!("Uninstalled {}", removed.app));
        for path in &removed.kept {
            invocation.say(&kept(invocation.host, path));
        }
        apps.push(Removed { app: removed.app, commands: removed.commands, kept: removed.kept });
    }
    invocation.document("uninstall", Content { apps })?;
    Ok(Exit::Done)
}
