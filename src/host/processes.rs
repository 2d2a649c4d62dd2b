//! Starting other programs.
#![expect(clippy::disallowed_methods, reason = "this is the door to processes")]

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Interrupt;

/// Starts programs.
#[derive(Clone, Debug)]
pub struct Processes {
    interrupt: Interrupt,
}

/// A program to start.
#[derive(Clone, Debug)]
pub struct Command {
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    /// Variables to set (`Some`) or to remove (`None`) for the child.
    pub variables: Vec<(OsString, Option<OsString>)>,
    pub stdin: Vec<u8>,
    /// How long the program may take when its output is captured.
    pub time_limit: Duration,
    /// Most bytes kept of each of stdout and stderr; a program that writes more loses its pipe.
    pub output_limit: usize,
}

/// What a captured program wrote and how it ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Output {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// A program that did not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    #[error("`{}` was stopped because this process was interrupted", program.display())]
    Interrupted { program: PathBuf },
    #[error("`{}` wrote more than {limit} bytes", program.display())]
    Noisy { program: PathBuf, limit: usize },
    #[error("failed to run `{}`", program.display())]
    Start { program: PathBuf, source: io::Error },
    #[error("`{}` did not end within {} s", program.display(), limit.as_secs_f32())]
    TimedOut { program: PathBuf, limit: Duration },
}

/// How often a captured program is looked at.
const POLL: Duration = Duration::from_millis(2);

impl Command {
    /// A program with arguments, ten seconds and 4 MiB of output.
    pub fn new<I: Into<OsString>>(program: &Path, arguments: impl IntoIterator<Item = I>) -> Self {
        Self {
            program: program.to_owned(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            variables: Vec::new(),
            stdin: Vec::new(),
            time_limit: Duration::from_secs(10),
            output_limit: 4 << 20,
        }
    }
}

impl Processes {
    pub(super) fn new(interrupt: Interrupt) -> Self {
        Self { interrupt }
    }

    /// How many threads can run at the same time.
    pub fn parallelism(&self) -> NonZeroUsize {
        std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
    }

    /// Runs a program to its end and captures what it writes. On every error the program is killed.
    ///
    /// # Errors
    /// When it cannot be started, takes too long, writes too much, or this process is interrupted. A program that
    /// ends with a failure status is no error here.
    pub fn capture(&self, command: &Command) -> Result<Output, ProcessError> {
        let started = Instant::now();
        let start = |source| ProcessError::Start { program: command.program.clone(), source };
        let mut child = prepared(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(start)?;
        let stdin = child.stdin.take().map(|pipe| write_in_background(pipe, command.stdin.clone()));
        let stdout = child.stdout.take().map(|pipe| read_in_background(pipe, command.output_limit));
        let stderr = child.stderr.take().map(|pipe| read_in_background(pipe, command.output_limit));
        let status = self.wait(&mut child, command, started)?;
        // A grandchild may keep the pipes open: what was written by the end of the program is what counts.
        let stdout = collected(stdout, started, command.time_limit);
        let stderr = collected(stderr, started, command.time_limit);
        drop(stdin);
        match (stdout, stderr) {
            (Some(stdout), Some(stderr)) if stdout.len().max(stderr.len()) <= command.output_limit => {
                Ok(Output { status, stdout, stderr })
            }
            (Some(_), Some(_)) => {
                Err(ProcessError::Noisy { program: command.program.clone(), limit: command.output_limit })
            }
            _ => Err(ProcessError::TimedOut { program: command.program.clone(), limit: command.time_limit }),
        }
    }

    /// Runs a program in this one's place: on Unix this process becomes it, on Windows it waits and ends with the same
    /// code, all 32 bits of it. The time and output limits do not apply. Returns only when the program cannot be started.
    pub fn become_program(&self, command: &Command) -> ProcessError {
        let source = take_over(prepared(command));
        ProcessError::Start { program: command.program.clone(), source }
    }

    fn wait(&self, child: &mut Child, command: &Command, started: Instant) -> Result<ExitStatus, ProcessError> {
        let program = || command.program.clone();
        let reason = loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) if self.interrupt.is_raised() => break ProcessError::Interrupted { program: program() },
                Ok(None) if started.elapsed() > command.time_limit => {
                    break ProcessError::TimedOut { program: program(), limit: command.time_limit };
                }
                Ok(None) => std::thread::sleep(POLL),
                Err(source) => break ProcessError::Start { program: program(), source },
            }
        };
        let _ = child.kill();
        let _ = child.wait();
        Err(reason)
    }
}

type Reader = JoinHandle<Vec<u8>>;

fn prepared(command: &Command) -> std::process::Command {
    let mut prepared = std::process::Command::new(&command.program);
    prepared.args(&command.arguments);
    for (name, value) in &command.variables {
        match value {
            Some(value) => prepared.env(name, value),
            None => prepared.env_remove(name),
        };
    }
    prepared
}

#[cfg(unix)]
fn take_over(mut command: std::process::Command) -> io::Error {
    std::os::unix::process::CommandExt::exec(&mut command)
}

#[cfg(not(unix))]
#[expect(clippy::exit, reason = "an exit code of 32 bits does not fit in an `ExitCode`")]
fn take_over(mut command: std::process::Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(source) => source,
    }
}

fn write_in_background(mut pipe: impl Write + Send + 'static, input: Vec<u8>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        // A program that does not read its input is no error.
        let _ = pipe.write_all(&input);
    })
}

fn read_in_background(pipe: impl Read + Send + 'static, limit: usize) -> Reader {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // One byte more than allowed tells that there was more. The pipe closes with the reader: the program's next
        // write fails.
        let _ = pipe.take(limit as u64 + 1).read_to_end(&mut bytes);
        bytes
    })
}

fn collected(reader: Option<Reader>, started: Instant, limit: Duration) -> Option<Vec<u8>> {
    let reader = reader?;
    while !reader.is_finished() {
        if started.elapsed() > limit {
            return None;
        }
        std::thread::sleep(POLL);
    }
    reader.join().ok()
}
