//! `kingbolt run`.

use std::sync::Arc;

use crate::app::{Check, Context, Foreign, KEPT, Mode, Renewal, Runnable, Wish, hidden, hidden_name, installed};
use crate::cli::args::RunArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::progress::Reporter;
use crate::cli::settings::Settings;
use crate::host::{Command, Host};

use super::wish;

/// Runs a command in this process's place: returns only when it cannot.
pub(crate) fn run(host: &Host, settings: &Settings, arguments: &RunArguments) -> Result<Exit, CliError> {
    let command = arguments.command.as_deref();
    // Options that decide what is in an environment are about one that has to be made for them.
    let standing = if arguments.request.is_default() {
        installed(host, &settings.places, &arguments.source(), command)?
    } else {
        None
    };
    let runnable = match standing {
        Some(runnable) => runnable,
        None => installed_for_it(host, settings, arguments)?,
    };
    Err(host.processes.become_program(&Command::new(&runnable.program, arguments.arguments())).into())
}

fn installed_for_it(host: &Host, settings: &Settings, arguments: &RunArguments) -> Result<Runnable, CliError> {
    let request = wish::request(host, &arguments.source(), &arguments.request)?;
    let index = wish::index(host, &arguments.request)?;
    let reporter = Arc::new(Reporter::new(host.clock, settings));
    let network = wish::network(host, settings, &index, &reporter);
    let context =
        Context { host, places: &settings.places, network: &network, progress: &*reporter, jobs: settings.jobs };
    let wish = Wish {
        app: hidden_name(&request),
        request,
        index,
        renewal: Renewal::WhenChanged,
        foreign: Foreign::Refuse,
        check: Check::Nothing,
        keep: KEPT.into(),
        mode: Mode::Perform,
    };
    let runnable = hidden(&context, &wish, arguments.command.as_deref());
    reporter.clear();
    Ok(runnable?)
}
