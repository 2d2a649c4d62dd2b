//! One run of a program, and what is expected of it: exit code and the whole of both outputs.

use std::process::{Command, Output, Stdio};

#[cfg(unix)]
use rustix::process::Signal;

use super::redact::{redacted, unindented};

/// A run in preparation. It happens when one of the last three methods is called.
#[must_use]
pub(crate) struct Run<'a> {
    command: Command,
    names: &'a [(String, String)],
    /// Written to standard input, which is closed behind it.
    input: String,
    stdout: Option<String>,
    stderr: Option<String>,
    /// Left out of the lines of stderr.
    left_out: fn(&str) -> bool,
}

/// What came of a run, redacted.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl<'a> Run<'a> {
    pub(crate) fn new(mut command: Command, names: &'a [(String, String)]) -> Self {
        // A pipe that is closed at once, because wine's CPython does not start on an empty device.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { command, names, input: String::new(), stdout: None, stderr: None, left_out: |_| false }
    }

    /// What stdout must be, indented as the code is; nothing by default.
    pub(crate) fn stdout(mut self, expected: &str) -> Self {
        self.stdout = Some(unindented(expected));
        self
    }

    /// On stdout, the plan to install `hello` in a version and nothing else.
    pub(crate) fn planning_hello(self, version: &str) -> Self {
        self.stdout(&format!("hello on Python [PYTHON VERSION] ([PYTHON])\n  hello {version}\n"))
    }

    /// What stderr must be, indented as the code is; nothing by default.
    pub(crate) fn stderr(mut self, expected: &str) -> Self {
        self.stderr = Some(unindented(expected));
        self
    }

    /// Leaves out of the list of Pythons on stderr those that the machine has in the places of the system.
    pub(crate) fn beside_other_pythons(mut self) -> Self {
        self.left_out = |line| line.starts_with("  ") && line.contains(": ") && !line.starts_with("  [PYTHON]: ");
        self
    }

    /// Starts it in a directory below the one in which it would start.
    pub(crate) fn in_directory(mut self, path: &str) -> Self {
        let directory = self.command.get_current_dir().map(|current| current.join(path));
        self.command.current_dir(directory.expect("every run has a directory"));
        self
    }

    pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Passes text on standard input.
    pub(crate) fn with_input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    /// Sends stdout to a device or file instead; the outcome then has none.
    #[cfg(unix)]
    pub(crate) fn writing_to(mut self, path: &str) -> Self {
        let file = std::fs::OpenOptions::new().write(true).open(path);
        self.command.stdout(file.unwrap_or_else(|error| panic!("{path}: {error}")));
        self
    }

    /// Runs it, and checks outputs and code 0.
    #[track_caller]
    pub(crate) fn succeeds(self) {
        self.exits(0);
    }

    /// Runs it, and checks outputs and code.
    #[track_caller]
    pub(crate) fn exits(mut self, code: i32) {
        let expected = self.expected(code);
        let left_out = self.left_out;
        let mut outcome = self.outcome();
        outcome.stderr = outcome.stderr.split_inclusive('\n').filter(|line| !left_out(line)).collect();
        expected.assert_is(&outcome);
    }

    /// Runs it, and gives what came of it.
    #[must_use]
    pub(crate) fn outcome(mut self) -> Outcome {
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        if let Some(mut stdin) = child.stdin.take() {
            // A process that does not read it may have ended by now.
            let _ = std::io::Write::write_all(&mut stdin, self.input.as_bytes());
        }
        let output = child.wait_with_output().unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        Outcome::of(&output, self.names)
    }

    /// Runs it in a terminal of so many columns without colour and bars, and gives the code and the words that it prints
    /// there. Checks that no line is longer than the terminal is wide, but those that a single word makes so.
    #[cfg(unix)]
    #[must_use]
    #[track_caller]
    pub(crate) fn in_terminal(mut self, columns: u16) -> (Option<i32>, Vec<String>) {
        self.command.env("NO_COLOR", "1").env("TERM", "dumb");
        let (code, shown, names) = self.on_terminal(columns);
        let is_long = |line: &&str| line.chars().count() > columns.into() && line.split_whitespace().count() > 1;
        assert_eq!(shown.lines().find(is_long), None, "{columns} columns");
        let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        (code, redacted(&words, names).split(' ').map(str::to_owned).collect())
    }

    /// Runs it in a terminal of so many columns, and gives everything that it draws there, one form of a bar in a line.
    #[cfg(unix)]
    #[must_use]
    pub(crate) fn drawn_in_terminal(mut self, columns: u16) -> Vec<String> {
        self.command.env("NO_COLOR", "1").env("TERM", "xterm");
        let (_, shown, _) = self.on_terminal(columns);
        // What moves the cursor: the forms of a bar overwrite each other.
        let mut lines = vec![String::new()];
        let mut rest = shown.chars();
        while let Some(character) = rest.next() {
            match character {
                '\u{1b}' => {
                    rest.find(char::is_ascii_alphabetic);
                    lines.push(String::new());
                }
                '\r' | '\n' => lines.push(String::new()),
                character => lines.last_mut().expect("there is one").push(character),
            }
        }
        lines.retain(|line| !line.trim().is_empty());
        lines
    }

    /// Runs it with a terminal for all of its streams. Types each text when a prompt stands at the end of what was shown,
    /// and gives the code and everything that was shown.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub(crate) fn typing(mut self, texts: &[&str]) -> (Option<i32>, String) {
        use rustix::termios::LocalModes;
        use std::io::{Read, Write};
        self.command.env("NO_COLOR", "1").env("TERM", "dumb");
        let (ours, theirs) = terminal(80);
        let clone = || theirs.try_clone().expect("it is open");
        self.command.stdin(clone()).stdout(clone()).stderr(clone());
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        let Self { command, names, .. } = self;
        drop((command, theirs));
        let (mut terminal, mut texts) = (std::fs::File::from(ours), texts.iter());
        let (mut shown, mut block) = (Vec::new(), [0; 4096]);
        // The end of a terminal is an error on Linux.
        while let Ok(length @ 1..) = terminal.read(&mut block) {
            shown.extend_from_slice(&block[..length]);
            if shown.ends_with(b": ")
                && let Some(text) = texts.next()
            {
                // The prompt comes before the terminal stops to show what is typed.
                while rustix::termios::tcgetattr(&terminal)
                    .is_ok_and(|modes| modes.local_modes.contains(LocalModes::ECHO))
                {
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
                terminal.write_all(text.as_bytes()).expect("it is open");
            }
        }
        let code = child.wait().expect("it is ours").code();
        let shown = String::from_utf8_lossy(&shown).replace("\r\n", "\n");
        (code, redacted(&shown, names))
    }

    #[cfg(unix)]
    fn on_terminal(mut self, columns: u16) -> (Option<i32>, String, &'a [(String, String)]) {
        use std::io::Read;
        let (ours, terminal) = terminal(columns);
        self.command.stdout(terminal.try_clone().expect("it is open")).stderr(terminal);
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        // The command holds the other end of the terminal open.
        let Self { command, names, .. } = self;
        drop(command);
        let mut shown = Vec::new();
        // The end of a terminal is an error on Linux.
        let _ = std::fs::File::from(ours).read_to_end(&mut shown);
        let code = child.wait().expect("it is ours").code();
        (code, String::from_utf8_lossy(&shown).into_owned(), names)
    }

    /// Runs it, and gives the one document that it prints on stdout.
    #[track_caller]
    pub(crate) fn json(self) -> serde_json::Value {
        let outcome = self.outcome();
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}\n{}", outcome.shown()))
    }

    /// Starts it, presses Ctrl-C when a condition holds, and checks outputs and code.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn interrupted_when(mut self, condition: impl Fn() -> bool) {
        let expected = self.expected(130);
        expected.assert_is(&self.outcome_interrupted_when(condition));
    }

    /// Starts it, presses Ctrl-C when it has said something on stderr, and checks outputs and code.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn interrupted_after_saying(self, text: &str) {
        self.stopped_after_saying(Signal::INT, text);
    }

    /// Starts it, sends it a signal when it has said something on stderr, and checks outputs and code.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn stopped_after_saying(self, signal: Signal, text: &str) {
        self.exits_after_saying(130, text, |child| send(child, signal));
    }

    /// Starts it, does something when it has said something on stderr, and checks outputs and code.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn exits_after_saying(mut self, code: i32, text: &str, act: impl FnOnce(&std::process::Child)) {
        use std::io::{BufRead, BufReader, Read};
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        let mut stderr = BufReader::new(child.stderr.take().expect("it is a pipe"));
        let mut said = String::new();
        while !said.contains(text) {
            assert_ne!(stderr.read_line(&mut said).expect("it is text"), 0, "it only said\n{said}");
        }
        act(&child);
        stderr.read_to_string(&mut said).expect("it is text");
        let output = child.wait_with_output().expect("it is ours");
        let expected = self.expected(code);
        expected.assert_is(&Outcome::of(&Output { stderr: said.into_bytes(), ..output }, self.names));
    }

    /// Starts it, presses Ctrl-C when a condition holds, and gives what came of it.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn outcome_interrupted_when(self, condition: impl Fn() -> bool) -> Outcome {
        self.outcome_ended_when(condition, |child| send(child, Signal::INT))
    }

    /// Starts it, kills it when a condition holds, and gives what came of it.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn outcome_killed_when(self, condition: impl Fn() -> bool) -> Outcome {
        self.outcome_ended_when(condition, |child| child.kill().expect("it is ours"))
    }

    #[cfg(unix)]
    #[track_caller]
    fn outcome_ended_when(
        mut self,
        condition: impl Fn() -> bool,
        end: impl FnOnce(&mut std::process::Child),
    ) -> Outcome {
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        while !condition() {
            assert_eq!(child.try_wait().expect("it is ours"), None, "it ended before the condition held");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        end(&mut child);
        let output = child.wait_with_output().expect("it is ours");
        Outcome::of(&output, self.names)
    }

    /// Starts it, kills it after a while where it still runs then, and gives what came of it.
    pub(crate) fn outcome_killed_after(mut self, delay: std::time::Duration) -> Outcome {
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        std::thread::sleep(delay);
        child.kill().expect("it is ours");
        let output = child.wait_with_output().expect("it is ours");
        Outcome::of(&output, self.names)
    }

    fn expected(&mut self, code: i32) -> Outcome {
        let stdout = self.stdout.take().unwrap_or_default();
        let stderr = self.stderr.take().unwrap_or_default();
        Outcome { code: Some(code), stdout, stderr }
    }
}

/// The two ends of a new terminal of so many columns: ours, and that of a process.
#[cfg(unix)]
fn terminal(columns: u16) -> (rustix::fd::OwnedFd, std::fs::File) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{Winsize, tcsetwinsize};
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&ours).expect("it is ours");
    unlockpt(&ours).expect("it is ours");
    let name = ptsname(&ours, Vec::new()).expect("it has a name").into_string().expect("it is text");
    let theirs = std::fs::OpenOptions::new().read(true).write(true).open(name).expect("it was just made");
    tcsetwinsize(&theirs, Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).expect("it is one");
    (ours, theirs)
}

impl Outcome {
    fn of(output: &Output, names: &[(String, String)]) -> Self {
        let text = |bytes: &[u8]| redacted(&String::from_utf8_lossy(bytes), names);
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    #[track_caller]
    fn assert_is(&self, outcome: &Self) {
        assert!(self == outcome, "expected\n{}\nbut got\n{}", self.shown(), outcome.shown());
    }

    pub(crate) fn shown(&self) -> String {
        format!("code: {:?}\nstdout:\n{}stderr:\n{}", self.code, self.stdout, self.stderr)
    }
}

#[cfg(unix)]
fn send(child: &std::process::Child, signal: Signal) {
    use rustix::process::{Pid, kill_process};
    kill_process(Pid::from_child(child), signal).expect("it runs");
}
