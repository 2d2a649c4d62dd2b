//! `kingbolt uninstall`.

use std::path::PathBuf;

use serde::Serialize;

use crate::app::{AppName, PlannedRemoval, Uninstalled, plan_uninstall, uninstall, visible_apps};
use crate::cli::args::UninstallArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::failures::{Failed, Failures};
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::settings::Format;
use crate::cli::text::counted;

use super::request;
use super::shown::{kept, removals_text, shown_path};

#[derive(Serialize)]
struct Content {
    apps: Vec<ShownApp>,
}

#[derive(Serialize)]
struct ShownApp {
    app: AppName,
    commands: Vec<String>,
    /// Planned: the files and directories that would go.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<PathBuf>>,
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
        let done = if arguments.dry_run { planned(invocation, name) } else { removed(invocation, name) };
        match done {
            Ok(removed) => apps.push(removed),
            Err(error) => match failures.report(name.as_str(), error) {
                Ok(error) => failed.push(Failed { app: name.to_string(), error }),
                Err(error) => return Err(Failed::beside(error, "apps", &apps, &failed)),
            },
        }
    }
    if names.len() > 1 && !arguments.dry_run {
        // The error counts the failures.
        invocation.say(&format!("Uninstalled {} of {}", apps.len(), counted(names.len(), "app")));
    }
    if let Some(error) = failures.summary() {
        return Err(Failed::beside(error, "apps", &apps, &failed));
    }
    invocation.document("uninstall", Content { apps })?;
    Ok(Exit::Done)
}

fn removed(invocation: &Invocation<'_>, name: &AppName) -> Result<ShownApp, CliError> {
    let Uninstalled { app, commands, kept: stays } = uninstall(&invocation.context(), name)?;
    invocation.say(&format!("Uninstalled {app}"));
    for path in &stays {
        invocation.say(&kept(invocation.host, path));
    }
    Ok(ShownApp { app, commands, removed: None, kept: stays })
}

/// Prints what would go. It is data, so it goes to stdout.
fn planned(invocation: &Invocation<'_>, name: &AppName) -> Result<ShownApp, CliError> {
    let PlannedRemoval { app, commands, directories, files, kept } = plan_uninstall(&invocation.context(), name)?;
    if invocation.settings.format == Format::Text {
        let path = |path: &PathBuf| shown_path(invocation.host, path);
        let mut goes: Vec<String> = directories.iter().map(|directory| path(directory) + "/").collect();
        goes.extend(files.iter().map(path));
        goes.sort();
        let stays: Vec<String> = kept.iter().map(path).collect();
        print_data(&format!("{app}\n{}", removals_text(&goes, &stays)))?;
    }
    let removed = Some(directories.into_iter().chain(files).collect());
    Ok(ShownApp { app, commands, removed, kept })
}
