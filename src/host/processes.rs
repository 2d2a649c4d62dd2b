//! Starting other programs.
#![expect(clippy::disallowed_methods, reason = "this is the access to processes")]

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Interrupt;
use super::descendants::{Descendants, Stopped};

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
    pub kept: KeptOutput,
    /// The programs to kill after an error.
    pub stopped: Stopped,
}

/// The part of what a program writes that is kept, of each of stdout and stderr.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeptOutput {
    /// All; a program that writes more than so many bytes loses its pipe.
    AtMost(usize),
    /// The last bytes, so many at most.
    Last(usize),
}

/// The output and exit status of a captured program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Output {
    pub status: ExitStatus,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// The number of bytes of stdout before those that were kept.
    pub skipped: u64,
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
    #[error("`{}` did not finish within {} s", program.display(), limit.as_secs_f32())]
    TimedOut { program: PathBuf, limit: Duration },
}

/// The interval at which a captured program is polled.
const POLL: Duration = Duration::from_millis(2);

/// How long a pipe that something else keeps open must be silent after the program's end.
const SILENCE: Duration = Duration::from_millis(200);

/// How long such a pipe is read at most: whatever keeps it open may never be silent.
const LONGEST_READ: Duration = Duration::from_secs(2);

impl Command {
    /// A program with arguments, ten seconds and 4 MiB of output.
    pub fn new<I: Into<OsString>>(program: &Path, arguments: impl IntoIterator<Item = I>) -> Self {
        Self {
            program: program.to_owned(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            variables: Vec::new(),
            stdin: Vec::new(),
            time_limit: Duration::from_secs(10),
            kept: KeptOutput::AtMost(4 << 20),
            stopped: Stopped::Itself,
        }
    }

    /// Keeps variables of this process from the program.
    pub fn remove_variables(&mut self, names: &[&str]) {
        self.variables.extend(names.iter().map(|name| ((*name).into(), None)));
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
        let mut child = prepare(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(start)?;
        let descendants = match command.stopped {
            Stopped::Itself => None,
            Stopped::WithDescendants => Some(Descendants::of(&child)),
        };
        let stdin = child.stdin.take().map(|pipe| write_in_background(pipe, command.stdin.clone()));
        let stdout = child.stdout.take().map(|pipe| read_in_background(pipe, command.kept));
        let stderr = child.stderr.take().map(|pipe| read_in_background(pipe, command.kept));
        let status = self.wait(&mut child, descendants, command, started)?;
        let (skipped, stdout) = self.collected(stdout, command, started)?;
        let (_, stderr) = self.collected(stderr, command, started)?;
        drop(stdin);
        match command.kept {
            KeptOutput::AtMost(limit) if stdout.len().max(stderr.len()) > limit => {
                Err(ProcessError::Noisy { program: command.program.clone(), limit })
            }
            KeptOutput::AtMost(_) | KeptOutput::Last(_) => Ok(Output { status, stdout, stderr, skipped }),
        }
    }

    /// Runs a program in place of this one: on Unix this process becomes it, on Windows it waits and exits with the same
    /// code, all 32 bits of it. The time and output limits do not apply. Returns only when the program cannot be started.
    pub fn become_program(&self, command: &Command) -> ProcessError {
        let source = take_over(prepare(command));
        ProcessError::Start { program: command.program.clone(), source }
    }

    fn wait(
        &self,
        child: &mut Child,
        descendants: Option<Descendants>,
        command: &Command,
        started: Instant,
    ) -> Result<ExitStatus, ProcessError> {
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
        if let Some(descendants) = descendants {
            descendants.kill();
        }
        let _ = child.kill();
        let _ = child.wait();
        Err(reason)
    }

    /// The output of a program that has ended, and the number of bytes before those that were kept. A program that it
    /// started may keep the pipe open: then reading ends when the pipe is silent, or soon.
    fn collected(
        &self,
        reader: Option<Reader>,
        command: &Command,
        started: Instant,
    ) -> Result<(u64, Vec<u8>), ProcessError> {
        let Some(reader) = reader else { return Ok((0, Vec::new())) };
        let program = || command.program.clone();
        let ended = Instant::now();
        let (mut length, mut silent_since) = (reader.received.length(), ended);
        let is_over = |silent_since: Instant| silent_since.elapsed() >= SILENCE || ended.elapsed() >= LONGEST_READ;
        while !reader.thread.is_finished() && !is_over(silent_since) {
            if self.interrupt.is_raised() {
                return Err(ProcessError::Interrupted { program: program() });
            }
            if started.elapsed() > command.time_limit {
                return Err(ProcessError::TimedOut { program: program(), limit: command.time_limit });
            }
            std::thread::sleep(POLL);
            if reader.received.length() != length {
                (length, silent_since) = (reader.received.length(), Instant::now());
            }
        }
        Ok(reader.received.take())
    }
}

/// A thread that reads a pipe to its end, and what it has read so far.
struct Reader {
    thread: JoinHandle<()>,
    received: Received,
}

/// The bytes received through a pipe. Clones share them.
#[derive(Clone)]
struct Received {
    kept: KeptOutput,
    content: Arc<Mutex<Content>>,
}

#[derive(Default)]
struct Content {
    skipped: u64,
    bytes: Vec<u8>,
}

impl Content {
    /// Drops all but the last bytes.
    fn keep_last(&mut self, count: usize) {
        let surplus = self.bytes.len().saturating_sub(count);
        self.bytes.drain(..surplus);
        self.skipped += surplus as u64;
    }
}

impl Received {
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn length(&self) -> u64 {
        let content = self.content();
        content.skipped + content.bytes.len() as u64
    }

    fn take(&self) -> (u64, Vec<u8>) {
        let mut content = self.content();
        if let KeptOutput::Last(count) = self.kept {
            content.keep_last(count);
        }
        (content.skipped, std::mem::take(&mut content.bytes))
    }
}

impl Write for Received {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut content = self.content();
        content.bytes.extend_from_slice(bytes);
        match self.kept {
            // Not at each write, which would move them each time.
            KeptOutput::Last(count) if content.bytes.len() > 2 * count => content.keep_last(count),
            KeptOutput::AtMost(_) | KeptOutput::Last(_) => {}
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn prepare(command: &Command) -> std::process::Command {
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

fn read_in_background(mut pipe: impl Read + Send + 'static, kept: KeptOutput) -> Reader {
    let received = Received { kept, content: Arc::default() };
    let mut sink = received.clone();
    let thread = std::thread::spawn(move || {
        // One byte more than allowed shows that there was more. The pipe closes with the reader: the program's next
        // write fails.
        let _ = match kept {
            KeptOutput::AtMost(limit) => io::copy(&mut pipe.take(limit as u64 + 1), &mut sink),
            KeptOutput::Last(_) => io::copy(&mut pipe, &mut sink),
        };
    });
    Reader { thread, received }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_leaves_another_running_is_captured_when_it_ends() {
        let script = "sleep 60 & echo $!; echo said >&2";
        let mut command = Command::new(Path::new("/bin/sh"), ["-c", script]);
        command.time_limit = Duration::from_secs(5);
        let output = Processes::new(Interrupt::default()).capture(&command).unwrap();
        let left = String::from_utf8(output.stdout).unwrap();
        let stopped = std::process::Command::new("kill").arg(left.trim()).status().unwrap();
        assert_eq!((output.status.code(), output.stderr, stopped.code()), (Some(0), b"said\n".to_vec(), Some(0)));
    }

    #[test]
    fn the_last_bytes_of_an_output_are_kept_and_the_others_counted() {
        let script = "i=0; while test $i -lt 9000; do echo 123456789; i=$((i+1)); done; echo end";
        let mut command = Command::new(Path::new("/bin/sh"), ["-c", script]);
        command.kept = KeptOutput::Last(8);
        let output = Processes::new(Interrupt::default()).capture(&command).unwrap();
        assert_eq!((output.stdout, output.skipped), (b"789\nend\n".to_vec(), 90_004 - 8));
    }

    #[test]
    fn a_program_that_leaves_another_one_talking_is_not_waited_for() {
        let script = "sh -c 'while :; do echo x; sleep 0.01; done' & echo $! >&2";
        let mut command = Command::new(Path::new("/bin/sh"), ["-c", script]);
        command.kept = KeptOutput::Last(8);
        let output = Processes::new(Interrupt::default()).capture(&command).unwrap();
        let left = String::from_utf8(output.stderr).unwrap();
        let stopped = std::process::Command::new("kill").arg(left.trim()).status().unwrap();
        assert_eq!((output.status.code(), stopped.code()), (Some(0), Some(0)));
    }
}
