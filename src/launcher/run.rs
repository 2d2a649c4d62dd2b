//! The launcher's `main`.
#![expect(clippy::disallowed_methods, reason = "a launcher is a separate program without a `Host`")]

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, ExitCode};

use super::follow::{Invocation, follow};
use super::sidecar::Variables;

/// The most bytes of a sidecar or a pointer that are read.
const LONGEST: u64 = 64 << 10;

/// Starts the program that the sidecar of the running executable names, with this process's arguments, and returns its
/// exit code.
pub fn run() -> ExitCode {
    let launched = std::env::current_exe()
        .map_err(|error| format!("failed to find the launcher itself: {error}"))
        .and_then(|launcher| launch(&launcher));
    match launched {
        Ok(code) => code,
        Err(error) => {
            report_error(&error);
            ExitCode::FAILURE
        }
    }
}

fn launch(launcher: &Path) -> Result<ExitCode, String> {
    let Invocation { program, arguments, variables } = follow(launcher, &read).map_err(|error| error.to_string())?;
    let mut command = Command::new(&program);
    command.args(arguments).args(std::env::args_os().skip(1));
    if variables == Variables::Remove {
        command.env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    }
    become_child(command).map_err(|error| format!("failed to start `{}`: {error}", program.display()))
}

/// Reads a file up to the limit, which leaves a longer one without a valid end. Programs, of which only the existence is
/// asked, are no text.
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(unix)]
fn become_child(mut command: Command) -> io::Result<ExitCode> {
    Err(std::os::unix::process::CommandExt::exec(&mut command))
}

#[cfg(windows)]
#[expect(clippy::exit, reason = "an exit code of 32 bits does not fit in an `ExitCode`")]
fn become_child(mut command: Command) -> io::Result<ExitCode> {
    // Ctrl-C reaches every process of the console: the child decides what it means, and the launcher waits for it.
    let _ = ctrlc::set_handler(|| {});
    let mut child = command.spawn()?;
    let _bond = kill_with_launcher(&child);
    let status = child.wait()?;
    std::process::exit(status.code().unwrap_or(1))
}

/// Kills the child when the returned job is closed, however that happens: killing the launcher is meant for the child.
/// Processes that the child starts are not affected. If the system refuses the job, the child merely survives.
#[cfg(windows)]
fn kill_with_launcher(child: &std::process::Child) -> Result<win32job::Job, win32job::JobError> {
    use std::os::windows::io::AsRawHandle;
    let mut limits = win32job::ExtendedLimitInfo::new();
    limits.limit_kill_on_job_close().limit_silent_breakaway_ok();
    let job = win32job::Job::create_with_limit_info(&limits)?;
    job.assign_process(child.as_raw_handle() as isize)?;
    Ok(job)
}

#[expect(clippy::print_stderr, reason = "a launcher has nobody else to speak for it")]
fn report_error(error: &str) {
    eprintln!("kingbolt-launcher: {error}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_launcher_reads_64_kibibytes_at_most() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("demo.exe");
        for (length, read_length) in [(64 << 10, 64 << 10), ((64 << 10) + 1, 64 << 10)] {
            File::create(&path).unwrap().set_len(length).unwrap();
            assert_eq!(read(&path).unwrap().len(), read_length);
        }
    }
}
