//! The launcher's `main`.
#![expect(clippy::disallowed_methods, reason = "a launcher is a program of its own and stands outside the house")]

use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};

use super::follow::{Invocation, follow};

/// Starts what the sidecar of the running executable names, with this process's arguments, and ends as it ends.
pub fn run() -> ExitCode {
    let launched = std::env::current_exe()
        .map_err(|error| format!("failed to find the launcher itself: {error}"))
        .and_then(|launcher| launch(&launcher));
    match launched {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn launch(launcher: &Path) -> Result<ExitCode, String> {
    let Invocation { program, arguments } =
        follow(launcher, &|path| std::fs::read_to_string(path)).map_err(|error| error.to_string())?;
    let mut command = Command::new(&program);
    command.args(arguments).args(std::env::args_os().skip(1));
    become_child(command).map_err(|error| format!("failed to start `{}`: {error}", program.display()))
}

#[cfg(unix)]
fn become_child(mut command: Command) -> io::Result<ExitCode> {
    Err(std::os::unix::process::CommandExt::exec(&mut command))
}

#[cfg(not(unix))]
#[expect(clippy::exit, reason = "an exit code of 32 bits does not fit in an `ExitCode`")]
fn become_child(mut command: Command) -> io::Result<ExitCode> {
    // Ctrl-C goes to every process of the console: the child decides what it means, and the launcher waits for it.
    let _ = ctrlc::set_handler(|| {});
    let status = command.status()?;
    std::process::exit(status.code().unwrap_or(1))
}

#[expect(clippy::print_stderr, reason = "a launcher has nobody else to speak for it")]
fn complain(error: &str) {
    eprintln!("kingbolt-launcher: {error}");
}
