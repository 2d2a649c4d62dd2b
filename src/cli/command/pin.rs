//! `kingbolt pin` and `kingbolt unpin`.

use serde::Serialize;

use crate::app::{AppName, Pinned, Pinning, pin};
use crate::cli::args::PinArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::failures::{Failed, Failures};
use crate::cli::invocation::Invocation;

use super::request;

#[derive(Serialize)]
struct Content {
    apps: Vec<ShownApp>,
}

#[derive(Serialize)]
struct ShownApp {
    app: AppName,
    status: &'static str,
    version: String,
    pinned: bool,
}

/// Pins every app that was named, or takes their pins away. One that fails does not keep the others from it.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &PinArguments, pinning: Pinning) -> Result<Exit, CliError> {
    let command = match pinning {
        Pinning::Pin => "pin",
        Pinning::Unpin => "unpin",
    };
    let names = request::app_names(&arguments.apps)?;
    let mut failures = Failures::new(invocation, command, names.len());
    let (mut apps, mut failed) = (Vec::new(), Vec::new());
    for name in names {
        match pin(&invocation.context(), &name, pinning) {
            Ok(outcome) => apps.push(shown(invocation, name, pinning, &outcome)),
            Err(error) => match failures.report(name.as_str(), error.into()) {
                Ok(error) => failed.push(Failed { app: name.to_string(), error }),
                Err(error) => return Err(Failed::beside(error, "apps", &apps, &failed)),
            },
        }
    }
    if let Some(error) = failures.summary() {
        return Err(Failed::beside(error, "apps", &apps, &failed));
    }
    invocation.document(command, Content { apps })?;
    Ok(Exit::Done)
}

/// Prints what has changed.
pub(super) fn say_pinned(invocation: &Invocation<'_>, app: &AppName, pinning: Pinning, outcome: &Pinned) {
    invocation.say(&match (pinning, outcome) {
        (Pinning::Pin, Pinned::Changed { version }) => {
            format!("Pinned {app} {version}: `upgrade` leaves it as it is")
        }
        (Pinning::Pin, Pinned::Unchanged { version }) => format!("{app} {version} is already pinned"),
        (Pinning::Unpin, Pinned::Changed { version }) => format!("Unpinned {app} {version}"),
        (Pinning::Unpin, Pinned::Unchanged { version }) => format!("{app} {version} is not pinned"),
    });
}

fn shown(invocation: &Invocation<'_>, app: AppName, pinning: Pinning, outcome: &Pinned) -> ShownApp {
    let (status, version) = match outcome {
        Pinned::Changed { version } => ("changed", version.to_string()),
        Pinned::Unchanged { version } => ("unchanged", version.to_string()),
    };
    say_pinned(invocation, &app, pinning, outcome);
    ShownApp { app, status, version, pinned: pinning == Pinning::Pin }
}
