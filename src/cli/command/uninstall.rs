//! `kingbolt uninstall`.

use std::path::PathBuf;

use serde::Serialize;

use crate::app::{AppName, uninstall, visible_apps};
use crate::cli::args::UninstallArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::failures::{Failed, Failures};
use crate::cli::invocation::Invocation;
use crate::cli::text::counted;

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
    let mut failures = Failures::new(invocation, "uninstall", names.len());
    let (mut apps, mut failed) = (Vec::new(), Vec::new());
    for name in &names {
        let removed = match uninstall(&invocation.context(), name) {
            Ok(removed) => removed,
            Err(error) => match failures.report(name.as_str(), error.into()) {
                Ok(error) => {
                    failed.push(Failed { app: name.to_string(), error });
                    continue;
                }
                Err(error) => return Err(Failed::beside(error, "apps", &apps, &failed)),
            },
        };
        invocation.say(&format!("Uninstalled {}", removed.app));
        for path in &removed.kept {
            invocation.say(&kept(invocation.host, path));
        }
        apps.push(Removed { app: removed.app, commands: removed.commands, kept: removed.kept });
    }
    if names.len() > 1 {
        invocation.say(&counts(apps.len(), failed.len()));
    }
    if let Some(error) = failures.summary() {
        return Err(Failed::beside(error, "apps", &apps, &failed));
    }
    invocation.document("uninstall", Content { apps })?;
    Ok(Exit::Done)
}

/// The summary for several apps: `Uninstalled 1 of 2 apps; 1 failed`.
fn counts(removed: usize, failed: usize) -> String {
    let failures = if failed > 0 { format!("; {failed} failed") } else { String::new() };
    format!("Uninstalled {removed} of {}{failures}", counted(removed + failed, "app"))
}
