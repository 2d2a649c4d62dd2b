//! `kingbolt run`.

use crate::app::{
    Check, HiddenProgram, InstallOptions, KEPT, Overwrite, Reinstall, Renewal, Runnable, Source, hidden_program,
    installed_program,
};
use crate::cli::args::RunArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::host::Command;
use crate::index::PageReuse;

use super::request;
use super::shown::changes_text;

/// Runs a command in this process's place: returns only when it cannot.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &RunArguments) -> Result<Exit, CliError> {
    let command = arguments.command();
    // Options that decide the content of an environment ask for an environment of their own.
    let installed = if arguments.request.is_default() && !arguments.refresh {
        installed_program(&invocation.context(), &arguments.source(), command.as_deref())?
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
    let renewal = match (Source::is_latest(&arguments.source()), arguments.refresh) {
        (true, _) => Renewal::Latest,
        (false, true) => Renewal::Now,
        (false, false) => Renewal::Daily,
    };
    if renewal != Renewal::Daily {
        index.page_reuse = PageReuse::Never;
    }
    let network = invocation.network(&index);
    let options = InstallOptions {
        request,
        versions: Vec::new(),
        index,
        reinstall: Reinstall::IfChanged,
        overwrite: Overwrite::Refuse,
        check: Check::Nothing,
        keep: KEPT,
    };
    let found = hidden_program(&invocation.online(&network), &options, renewal, arguments.command().as_deref());
    invocation.reporter.clear();
    let HiddenProgram { runnable, change } = found?;
    if let Some(change) = change {
        invocation.say(changes_text(&[change]).trim());
    }
    Ok(runnable)
}
