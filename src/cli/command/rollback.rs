//! `kingbolt rollback`.

use serde::Serialize;

use crate::app::{AppName, RolledBack, Target, VersionChange, rollback};
use crate::cli::args::RollbackArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::message::Message;

use super::request;
use super::shown::changes_text;

#[derive(Serialize)]
struct Content {
    app: AppName,
    status: &'static str,
    version: String,
    generation: String,
    changes: Vec<VersionChange>,
}

/// Makes another generation current.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &RollbackArguments) -> Result<Exit, CliError> {
    let app = request::app_name(&arguments.app)?;
    let target = arguments.to.map_or(Target::Previous, Target::Number);
    let rolled_back = rollback(&invocation.context(), &app, target);
    invocation.reporter.clear();
    let name = invocation.style().strong(app.as_str());
    let (status, installation, changes, line) = match rolled_back? {
        RolledBack::Changed { installation, changes } => {
            let (version, number) = (&installation.generation.record.version, installation.generation.name.number);
            let rest = match installation.previous.as_ref().map(|previous| &previous.version) {
                Some(previous) if previous == version && changes.is_empty() => {
                    format!(" {version} to generation {number}, which has the same versions")
                }
                Some(previous) if previous == version => format!(" {version} to generation {number}"),
                Some(previous) => format!(" from {previous} to {version} (generation {number})"),
                None => format!(" to {version} (generation {number})"),
            };
            let line = Message::plain("Switched ").join(&name).then(&rest);
            ("changed", installation, changes, line)
        }
        RolledBack::Unchanged(installation) => {
            let (version, number) = (&installation.generation.record.version, installation.generation.name.number);
            let line = name.then(&format!(" is already at {version} (generation {number})"));
            ("unchanged", installation, Vec::new(), line)
        }
    };
    invocation.show(&line.then(format!("\n{}", changes_text(&changes)).trim_end()));
    let generation = &installation.generation;
    let (version, generation) = (generation.record.version.to_string(), generation.name.directory());
    invocation.document("rollback", Content { app, status, version, generation, changes })?;
    Ok(Exit::Done)
}
