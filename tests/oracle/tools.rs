//! The tools of other makers, installed by `scripts/check` below `target/oracles`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::python::skipped;

/// The environment with the tools.
pub(crate) struct Tools {
    root: PathBuf,
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
    /// The tools that `tools.txt` names; says so when they are not there.
    pub(crate) fn or_skip(what: &str) -> Option<Self> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = repository.join("target/oracles");
        let pins = |path: &Path| std::fs::read_to_string(path).ok();
        if pins(&root.join("tools.txt")) == pins(&repository.join("tests/oracle/tools.txt")) {
            return Some(Self { root });
        }
        skipped(what, "the tools to compare with are not installed (scripts/check installs them)");
        None
    }

    /// The interpreter of the environment.
    pub(crate) fn python(&self) -> PathBuf {
        self.root.join("bin/python")
    }

    /// Where `packaging` is.
    pub(crate) fn site_packages(&self) -> PathBuf {
        self.ask("site_packages.py", &())
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
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/programs").join(program);
    answer(Command::new(python).arg("-I").arg(program), question)
}

fn answer<Answer: DeserializeOwned>(command: &mut Command, question: &impl Serialize) -> Answer {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the interpreter starts");
    let question = serde_json::to_vec(question).expect("a question can be written");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(&question).expect("the program reads all before it writes");
    drop(stdin);
    let output = child.wait_with_output().expect("it is ours");
    assert!(output.status.success(), "{command:?}: {}", output.status);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{command:?}: {error}"))
}
