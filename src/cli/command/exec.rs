//! `kingbolt exec`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::app::{AppEnvironment, app_environment};
use crate::cli::args::ExecArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::host::{Command, Host};

use super::package_changes::changes_packages;
use super::request;

/// Runs a program in the environment of an app, in this process's place: returns only when it cannot.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &ExecArguments) -> Result<Exit, CliError> {
    let host = invocation.host;
    let app = request::app_name(&arguments.app)?;
    let (program, rest) = arguments.line.split_first().map_or((OsStr::new(""), &[][..]), |(first, rest)| (first, rest));
    if program.is_empty() {
        return Err(CliError::EmptyProgram);
    }
    if changes_packages(&arguments.line) {
        return Err(CliError::ManagedEnvironment { app });
    }
    let AppEnvironment { root, programs, removed_variables, usage } = app_environment(&invocation.context(), &app)?;
    let places: Vec<PathBuf> = [programs].into_iter().chain(host.environment.search_path()).collect();
    let Some(path) = found(host, program, &places) else {
        return Err(CliError::NoProgram { app, program: program.to_string_lossy().into_owned() });
    };
    usage.pass_on()?;
    let mut command = Command::new(&path, rest);
    let search_path = std::env::join_paths(&places).ok();
    let set = [("PATH", search_path), ("VIRTUAL_ENV", Some(OsString::from(root)))];
    command.variables.extend(set.map(|(name, value)| (name.into(), value)));
    command.remove_variables(removed_variables);
    Err(host.processes.become_program(&command).into())
}

/// The first program of a name in these directories; a path is taken as it is.
fn found(host: &Host, program: &OsStr, places: &[PathBuf]) -> Option<PathBuf> {
    if Path::new(program).components().count() > 1 {
        return Some(PathBuf::from(program));
    }
    host.find_programs(program.to_str()?, places).into_iter().next()
}
