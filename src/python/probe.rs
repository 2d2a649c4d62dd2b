//! Probes interpreters: runs a small script in each, unless the answer is already known.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::SkipReason;
use super::cache::{Cache, ProbeOutcome};
use super::report::{Answer, Report};
use crate::host::{Command, Host, Output, ProcessError, ThreadBudget, in_parallel};
use crate::platform::probe::{Linkage, read_linkage};

/// Probes the candidates of one search.
pub(super) struct Prober<'a> {
    host: &'a Host,
    cache: Cache,
    hang_policy: HangPolicy,
    pub(super) time_limit: Duration,
}

/// The treatment of interpreters that hung before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum HangPolicy {
    /// They are asked again, because the user named this one.
    AskAgain,
    /// They are skipped for a while, so that not every search waits for them.
    Skip,
}

const SCRIPT: &str = include_str!("probe.py");

/// The time limit for the answer of an interpreter. It usually takes 0.03 s; longer with a cold disk or a virus scanner.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The number of interpreters that are probed at once.
const MOST_AT_ONCE: usize = 8;

impl<'a> Prober<'a> {
    pub(super) fn new(host: &'a Host, cache_dir: Option<&Path>, hang_policy: HangPolicy) -> Self {
        Self { host, cache: Cache::new(host, cache_dir), hang_policy, time_limit: TIME_LIMIT }
    }

    /// The answers for the paths, in their order.
    pub(super) fn ask_all(&self, paths: &[PathBuf]) -> Vec<Result<Answer, SkipReason>> {
        let known: Vec<Option<Result<Answer, SkipReason>>> = paths.iter().map(|path| self.known(path)).collect();
        let unknown: Vec<&Path> =
            paths.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(path, _)| path.as_path()).collect();
        // Interpreters start slowly, and each runs alone.
        let Ok(asked) = in_parallel(
            &unknown,
            &ThreadBudget::of(MOST_AT_ONCE - 1),
            || (),
            |(), path| Ok::<_, Infallible>(self.ask(path)),
        );
        let mut asked = asked.into_iter();
        known.into_iter().filter_map(|known| known.or_else(|| asked.next())).collect()
    }

    fn known(&self, path: &Path) -> Option<Result<Answer, SkipReason>> {
        match self.cache.find(self.host, path, &self.canonical(path))? {
            ProbeOutcome::Answer(answer) => Some(Ok(answer)),
            ProbeOutcome::Hung { .. } => (self.hang_policy == HangPolicy::Skip).then_some(Err(SkipReason::Hung)),
        }
    }

    fn ask(&self, path: &Path) -> Result<Answer, SkipReason> {
        let output = self.host.processes.capture(&self.command(path)).map_err(|error| self.not_run(path, error))?;
        let report = Report::parse(&output.stdout).ok_or_else(|| SkipReason::NoAnswer { said: last_words(&output) })?;
        let linkage = match report.linked() {
            Some((executable, glibc)) => read_linkage(self.host, executable, glibc),
            None => Linkage::default(),
        };
        let loader = linkage.loader.clone();
        let executable = report.executable.clone();
        let answer = report.answer(linkage)?;
        self.keep(path, &executable, loader.as_deref(), &answer);
        Ok(answer)
    }

    /// Only a timeout is kept: other failures appear at once, and may be gone the next time.
    fn not_run(&self, path: &Path, error: ProcessError) -> SkipReason {
        if matches!(error, ProcessError::TimedOut { .. }) {
            let kept = ProbeOutcome::Hung { asked: self.host.clock.now().unix_seconds() };
            self.cache.keep(self.host, path, &self.canonical(path), kept, &[]);
        }
        SkipReason::NotRun { source: error.into() }
    }

    /// Keeps answers of real interpreters only: the program that a wrapper runs depends on more than the wrapper's file.
    fn keep(&self, path: &Path, executable: &Path, loader: Option<&Path>, answer: &Answer) {
        let canonical = self.canonical(path);
        if canonical != self.canonical(executable) {
            return;
        }
        let configuration = match answer {
            Answer::Environment { prefix, .. } => Some(prefix.join("pyvenv.cfg")),
            Answer::Interpreter(_) | Answer::TooOld { .. } => None,
        };
        let linked = match answer {
            Answer::Interpreter(interpreter) => Some(interpreter.executable.as_path()),
            Answer::Environment { .. } | Answer::TooOld { .. } => None,
        };
        let depends_on: Vec<&Path> = [configuration.as_deref(), linked, loader].into_iter().flatten().collect();
        self.cache.keep(self.host, path, &canonical, ProbeOutcome::Answer(answer.clone()), &depends_on);
    }

    /// `-I` would be the flag for this, but Python 2 does not know it and could not say how old it is. The script comes
    /// through the standard input, because wrappers in the language of Windows' shell spoil arguments with line breaks.
    fn command(&self, path: &Path) -> Command {
        Command {
            variables: vec![
                // Set by a framework build of Python on macOS for its children, whom it would mislead.
                ("__PYVENV_LAUNCHER__".into(), None),
                // Else macOS calls itself 10.16 to programs built for earlier releases.
                ("SYSTEM_VERSION_COMPAT".into(), Some("0".into())),
            ],
            stdin: SCRIPT.into(),
            time_limit: self.time_limit,
            ..Command::new(path, ["-E", "-s", "-B", "-"])
        }
    }

    fn canonical(&self, path: &Path) -> PathBuf {
        self.host.files.canonical(path).unwrap_or_else(|_| path.to_owned())
    }
}

/// The last line that a program wrote, which usually says why it ended.
fn last_words(output: &Output) -> String {
    let written = [&output.stderr, &output.stdout].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let mut lines = written.iter().filter_map(|text| text.lines().map(str::trim).rfind(|line| !line.is_empty()));
    lines.next().map_or_else(|| format!("nothing ({})", output.status), |line| line.chars().take(200).collect())
}
