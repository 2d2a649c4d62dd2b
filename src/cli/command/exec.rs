//! `kingbolt exec`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::app::{AppEnvironment, app_environment};
use crate::cli::args::ExecArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::host::{Command, Host};

use super::request;

/// The words that ask pip and uv to change an environment.
const CHANGES: &[&str] = &["install", "sync", "uninstall"];

/// Runs a program in the environment of an app, in this process's place: returns only when it cannot.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &ExecArguments) -> Result<Exit, CliError> {
    let host = invocation.host;
    let app = request::app_name(&arguments.app)?;
    let (program, rest) = arguments.line.split_first().map_or((OsStr::new(""), &[][..]), |(first, rest)| (first, rest));
    if changes_packages(program, rest) {
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

/// True for a command line of pip or uv that would change the packages of the environment, whose files are recorded.
fn changes_packages(program: &OsStr, arguments: &[OsString]) -> bool {
    let program = Path::new(program).file_stem().unwrap_or_default().to_string_lossy();
    let mut words = arguments.iter().map(|word| word.to_string_lossy()).filter(|word| !word.starts_with('-'));
    let is_module = |name: &str| arguments.windows(2).any(|pair| pair[0] == "-m" && pair[1] == name);
    let is_python = program.starts_with("python") && is_module("pip");
    let is_uv = program == "uv" && words.clone().next().is_some_and(|word| word == "pip");
    (program.starts_with("pip") || is_python || is_uv) && words.any(|word| CHANGES.contains(&word.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_that_would_change_packages_are_known() {
        let is_refused = |line: &str| {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            changes_packages(&words[0], &words[1..])
        };
        let refused = ["pip install x", "pip3.12 -q install x", "python -m pip uninstall x", "uv pip sync x"];
        let passed =
            ["pip list", "pip3 show install-me", "python -m pip freeze", "uv pip list", "python install", "uv sync"];
        assert_eq!(refused.map(is_refused), [true; 4]);
        assert_eq!(passed.map(is_refused), [false; 6]);
    }
}
