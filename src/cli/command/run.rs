//! `kingbolt run`.

use std::ffi::OsString;
use std::path::Path;

use crate::app::{
    AppError, Check, HiddenProgram, InstallOptions, KEPT, OnlineContext, Overwrite, PYTHON_VARIABLES, Refresh,
    Reinstall, Request, RequestedPython, Runnable, ScriptMetadata, Source, hidden_program, hidden_python,
    installed_program, plain_python,
};
use crate::cli::args::RunArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::host::{Command, Event, Progress};
use crate::index::{IndexSettings, PageReuse};
use crate::python::PythonRequest;

use super::request;
use super::shown::changes_text;

/// The most bytes of a script whose metadata is read.
const LONGEST_SCRIPT: u64 = 16 * 1024 * 1024;

/// Runs a command in this process's place: returns only when it cannot.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &RunArguments) -> Result<Exit, CliError> {
    let host = invocation.host;
    if let Some(typed) = arguments.typed_source()
        && let Some(path) = Source::script_path(&typed.to_string_lossy(), host.environment.current_dir(), |path| {
            host.files.is_file(path)
        })
    {
        return run_script(invocation, arguments, typed, &path);
    }
    let command = arguments.command();
    // Options that decide the content of an environment ask for an environment of their own.
    let installed = if arguments.request.is_default() && !arguments.refresh {
        installed_program(&invocation.context(), &arguments.source(), command.as_deref())?
    } else {
        None
    };
    let runnable = if let Some(runnable) = installed {
        runnable
    } else {
        let request = request::request(invocation, &arguments.source(), &arguments.request)?;
        install_hidden(invocation, arguments, request, |context, options, refresh| {
            hidden_program(context, options, refresh, command.as_deref())
        })?
    };
    start(invocation, &runnable, arguments.arguments())
}

/// Runs a script with the packages that its metadata names (PEP 723).
fn run_script(
    invocation: &Invocation<'_>,
    arguments: &RunArguments,
    typed: &OsString,
    path: &Path,
) -> Result<Exit, CliError> {
    let host = invocation.host;
    for (option, is_used) in [("--command", arguments.command().is_some()), ("--extra", arguments.request.has_extras())]
    {
        if is_used {
            return Err(CliError::ScriptOption { option });
        }
    }
    if host.files.kind(path).is_ok_and(|kind| kind.is_none()) {
        return Err(AppError::NoSuchFile { path: path.to_owned() }.into());
    }
    let bytes = host.files.read_at_most(path, LONGEST_SCRIPT).map_err(AppError::from)?;
    let metadata = ScriptMetadata::parse(&String::from_utf8_lossy(&bytes))
        .map_err(|source| AppError::Script { path: path.to_owned(), source })?;
    if !metadata.unused.is_empty() {
        // They may say which index a package comes from.
        let keys: Vec<String> = metadata.unused.iter().map(|key| format!("`{key}`")).collect();
        let message = format!("`[tool.uv]` of the script is not used: {}", keys.join(", "));
        invocation.reporter.event(Event::Warning { message: &message });
    }
    let line: Vec<OsString> = std::iter::once(typed).chain(arguments.arguments()).cloned().collect();
    if let Some(request) = request::of_script(invocation, &metadata, &arguments.request)? {
        let runnable = install_hidden(invocation, arguments, request, hidden_python)?;
        return start(invocation, &runnable, &line);
    }
    let python = request::python_of_script(host, &metadata, &arguments.request)?;
    let python = python.as_ref().map_or(&PythonRequest::Any, RequestedPython::request);
    let network = invocation.network(&IndexSettings::default());
    let program = plain_python(&invocation.online(&network), python)?;
    invocation.reporter.clear();
    let mut command = Command::new(&program, &line);
    command.remove_variables(if arguments.request.keep_pythonpath { &[] } else { PYTHON_VARIABLES });
    Err(host.processes.become_program(&command).into())
}

fn start(invocation: &Invocation<'_>, runnable: &Runnable, arguments: &[OsString]) -> Result<Exit, CliError> {
    runnable.usage.pass_on()?;
    let mut command = Command::new(&runnable.program, arguments);
    command.remove_variables(runnable.removed_variables);
    Err(invocation.host.processes.become_program(&command).into())
}

/// Installs the environment for a request, and finds the program to start in it.
fn install_hidden(
    invocation: &Invocation<'_>,
    arguments: &RunArguments,
    request: Request,
    find: impl Fn(&OnlineContext<'_>, &InstallOptions, Refresh) -> Result<HiddenProgram, AppError>,
) -> Result<Runnable, CliError> {
    let mut index = request::index(&invocation.files, &arguments.request)?;
    let refresh = match (Source::is_latest(&arguments.source()), arguments.refresh) {
        (true, _) => Refresh::Latest,
        (false, true) => Refresh::Now,
        (false, false) => Refresh::Daily,
    };
    if refresh != Refresh::Daily {
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
    let found = find(&invocation.online(&network), &options, refresh);
    invocation.reporter.clear();
    let HiddenProgram { runnable, change } = found?;
    if let Some(change) = change {
        invocation.say(changes_text(&[change]).trim());
    }
    Ok(runnable)
}
