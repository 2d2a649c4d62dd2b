//! `kingbolt run`.

use crate::app::{
    Check, InstallOptions, KEPT, Overwrite, Reinstall, Runnable, Source, hidden_program, installed_program,
};
use crate::cli::args::RunArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::host::Command;
use crate::index::PageReuse;

use super::request;

/// Runs a command in this process's place: returns only when it cannot.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &RunArguments) -> Result<Exit, CliError> {
    let command = arguments.command.as_deref();
    // Options that decide the content of an environment ask for an environment of their own.
    let installed = if arguments.request.is_default() {
        installed_program(&invocation.context(), &arguments.source(), command)?
    } else {
        None
    };
    let runnable = match installed {
        Some(runnable) => runnable,
        None => install_hidden(invocation, arguments)?,
    };
    runnable.usage.pass_on()?;
    let mut command = Command::new(&runnable.program, arguments.arguments());
    command.remove_variables(runnable.removed_variables);
    Err(invocation.host.processes.become_program(&command).into())
}

fn install_hidden(invocation: &Invocation<'_>, arguments: &RunArguments) -> Result<Runnable, CliError> {
    let request = request::request(invocation, &arguments.source(), &arguments.request)?;
    let mut index = request::index(invocation.host, &arguments.request)?;
    let is_latest = Source::is_latest(&arguments.source());
    if is_latest {
        index.page_reuse = PageReuse::Never;
    }
    let network = invocation.network(&index);
    let options = InstallOptions {
        request,
        versions: Vec::new(),
        index,
        reinstall: if is_latest { Reinstall::IfOutdated } else { Reinstall::IfChanged },
        overwrite: Overwrite::Refuse,
        check: Check::Nothing,
        keep: KEPT,
    };
    let runnable = hidden_program(&invocation.online(&network), &options, arguments.command.as_deref());
    invocation.reporter.clear();
    Ok(runnable?)
}
