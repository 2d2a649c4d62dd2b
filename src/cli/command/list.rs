//! `kingbolt list`.

use serde::Serialize;

use crate::app::{InstalledApp, list};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::report;
use crate::cli::settings::{Format, Settings, Talk};
use crate::cli::text::{bytes, counted, print_data, say};
use crate::host::Host;

use super::shown::shown_path;

#[derive(Serialize)]
struct Document {
    schema: u32,
    command: &'static str,
    apps: Vec<InstalledApp>,
}

/// Lists the installed applications.
pub(crate) fn run(host: &Host, settings: &Settings) -> Result<Exit, CliError> {
    let apps = list(host, &settings.places)?;
    match settings.format {
        Format::Json => report::document(&Document { schema: crate::cli::JSON_SCHEMA, command: "list", apps }),
        Format::Text if apps.is_empty() => {
            if settings.talk != Talk::Quiet {
                say("Nothing is installed");
            }
        }
        Format::Text => print_data(&apps.iter().map(|app| entry(host, settings, app)).collect::<String>()),
    }
    Ok(Exit::Done)
}

fn entry(host: &Host, settings: &Settings, app: &InstalledApp) -> String {
    let commands: Vec<&str> = app.commands.iter().map(|command| command.name.as_str()).collect();
    let mut text = format!("{} {} (Python {}): {}\n", app.app, app.version, app.python, commands.join(", "));
    if !app.interpreter_found {
        text.push_str(&format!("    broken: its Python is gone from {}\n", app.interpreter.display()));
    }
    if settings.talk == Talk::Verbose {
        text.push_str(&format!("    requested   {}\n", app.request));
        text.push_str(&format!("    generation  {}, {}\n", app.generation, app.created));
        text.push_str(&format!(
            "    content     {}, {}, {}\n",
            counted(app.packages, "package"),
            counted(usize::try_from(app.files).unwrap_or(usize::MAX), "file"),
            bytes(app.bytes)
        ));
        text.push_str(&format!("    Python      {}\n", shown_path(host, &app.interpreter)));
    }
    text
}
