//! The tools of other makers, installed by `scripts/check` below `target/oracles`.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::support::missing;

/// The environment with the tools.
pub(crate) struct Tools {
    root: PathBuf,
}

/// What an interpreter says of itself.
#[derive(Deserialize)]
pub(crate) struct Facts {
    /// What its environment was made from.
    pub(crate) base: PathBuf,
    /// Where its pure packages are.
    pub(crate) purelib: PathBuf,
}

/// How much is compared.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Form {
    Long,
    Short,
}

impl Form {
    pub(crate) fn asked_for() -> Self {
        if std::env::var_os("KINGBOLT_TEST_DEEP").is_some() { Self::Long } else { Self::Short }
    }
}

impl Tools {
    /// The tools that `tools.txt` names.
    pub(crate) fn find() -> Option<Self> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = repository.join("target/oracles");
        let pins = |path: &Path| std::fs::read_to_string(path).ok();
        if pins(&root.join("tools.txt")) == pins(&repository.join("tests/oracle/tools.txt")) {
            return Some(Self { root });
        }
        missing("the tools to compare with are not installed (scripts/check installs them)")
    }

    /// The interpreter of the environment.
    pub(crate) fn python(&self) -> PathBuf {
        self.root.join("bin/python")
    }

    /// What its interpreter says of itself.
    pub(crate) fn interpreter(&self) -> Facts {
        self.ask("interpreter.py", &())
    }

    /// Runs pip; `Err` with what it says when it fails.
    pub(crate) fn pip<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Result<String, String> {
        let mut command = Command::new(self.python());
        run(command.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]).args(arguments))
    }

    /// Runs uv without its cache and settings; `Err` with what it says when it fails.
    pub(crate) fn uv<'s>(&self, arguments: impl IntoIterator<Item = &'s OsStr>) -> Result<String, String> {
        run(Command::new(self.at("bin/uv")).args(["--no-cache", "--no-config"]).args(arguments))
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Asks a program from `programs` on the environment's interpreter.
    pub(crate) fn ask<Answer: DeserializeOwned>(&self, program: &str, question: &impl Serialize) -> Answer {
        ask(&self.python(), program, question)
    }
}

/// Asks a program from `programs` on any interpreter: it reads one JSON document and writes another.
pub(crate) fn ask<Answer: DeserializeOwned>(python: &Path, program: &str, question: &impl Serialize) -> Answer {
    ask_command(Command::new(python).arg("-I"), program, question)
}

/// Makes an environment with Kingbolt as a lock says. Its other directories are below `root`.
pub(crate) fn sync(lock: &str, environment: &Path, python: &Path, root: &Path) -> Result<String, String> {
    let path = root.join("pylock.toml");
    std::fs::write(&path, lock).expect("it can be written");
    let mut command = kingbolt(root);
    run(command.arg("sync").arg(path).arg("--into").arg(environment).arg("--python").arg(python))
}

/// Kingbolt with its directories below `root`.
pub(crate) fn kingbolt(root: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kingbolt"));
    for (name, place) in [("KINGBOLT_HOME", "home"), ("KINGBOLT_BIN_DIR", "bin"), ("KINGBOLT_CACHE_DIR", "cache")] {
        command.env(name, root.join(place));
    }
    command
}

/// Says on the terminal what was compared, past the capture of the test harness.
pub(crate) fn tell(what: &str) {
    let _ = writeln!(std::io::stderr(), "compared: {what}");
}

/// What a program prints; `Err` with what it says when it fails.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(text(&output.stderr))
}

/// Asks a program from `programs` of an interpreter with options.
pub(crate) fn ask_command<Answer: DeserializeOwned>(
    command: &mut Command,
    program: &str,
    question: &impl Serialize,
) -> Answer {
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/programs").join(program));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the interpreter starts");
    let question = serde_json::to_vec(question).expect("a question can be written");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(&question).expect("the program reads all before it writes");
    drop(stdin);
    let output = child.wait_with_output().expect("it is ours");
    assert!(output.status.success(), "{command:?}: {}", output.status);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{command:?}: {error}"))
}
