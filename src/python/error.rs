//! Errors of the search for an interpreter.

use std::error::Error;
use std::fmt;
use std::iter;
use std::path::PathBuf;

use super::{Interpreter, PythonPreference, PythonRequest};
use crate::vocab::{Version, VersionSpecifiers};

/// No interpreter can be used.
#[derive(Debug, thiserror::Error)]
pub enum PythonError {
    /// There is none at all.
    #[error("no Python was found; looked in {}{}", .looked_at.join(", "), listed(&[], .skipped))]
    Absent { looked_at: Vec<String>, skipped: Vec<Skipped> },
    /// There are some, but `--python-preference` does not admit them.
    #[error("{}; not admitted:{}", excluded_from(.request, *.preference), listed(.excluded, .skipped))]
    Excluded { request: PythonRequest, preference: PythonPreference, excluded: Vec<Interpreter>, skipped: Vec<Skipped> },
    /// There are some, but none that was asked for.
    #[error("no Python on this machine matches {request}; found:{}", listed(.others, .skipped))]
    NotRequested { request: PythonRequest, others: Vec<Interpreter>, skipped: Vec<Skipped> },
    /// There are some, but none that the package works with.
    #[error("no Python on this machine satisfies `{requires_python}`; found:{}", listed(.found, .skipped))]
    Unsuitable { requires_python: VersionSpecifiers, found: Vec<Interpreter>, skipped: Vec<Skipped> },
    /// The one that was asked for by path or by name is not usable.
    #[error("failed to use `{}` as Python", path.display())]
    Unusable { path: PathBuf, source: SkipReason },
}

/// A candidate that cannot be used.
#[derive(Debug)]
pub struct Skipped {
    pub path: PathBuf,
    pub reason: SkipReason,
}

/// Why a candidate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SkipReason {
    /// It hung recently, and has not changed since.
    #[error("it timed out the last time it was run")]
    Hung,
    #[error("the file does not exist")]
    Missing,
    #[error("the directory contains no Python")]
    NotInDirectory,
    /// It ran and did not answer the question.
    #[error("it did not run as a Python interpreter: {said}")]
    NoAnswer { said: String },
    #[error("it could not be run")]
    NotRun { source: Box<dyn Error + Send + Sync> },
    #[error("it is Python {version}, older than 3.8")]
    TooOld { version: Version },
    #[error("it runs on `{platform}`, which is not supported")]
    Unsupported { platform: String },
    #[error("{what} cannot be used")]
    Unusable { what: &'static str },
}

impl PythonError {
    /// Advice for the user.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Absent { .. } => "install Python 3.8 or newer, or pass the path of one with `--python`".to_owned(),
            Self::Excluded { .. } => {
                "pass `--python-preference system`, or the path of a Python with `--python`".to_owned()
            }
            Self::NotRequested { .. } => {
                "pass another version or the path of an interpreter with `--python`".to_owned()
            }
            Self::Unsuitable { requires_python, .. } => {
                format!("install a Python that satisfies `{requires_python}`, or pass the path of one with `--python`")
            }
            Self::Unusable { .. } => {
                "pass a version such as `3.12`, or the path of a working Python 3.8 or newer, with `--python`"
                    .to_owned()
            }
        };
        Some(text)
    }
}

impl Skipped {
    /// The reason with its causes.
    pub fn problem(&self) -> String {
        let causes = iter::successors(Some(&self.reason as &dyn Error), |error| Error::source(*error));
        causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem())
    }
}

fn excluded_from(request: &PythonRequest, preference: PythonPreference) -> String {
    let name = preference.name();
    match request {
        PythonRequest::Any => format!("no Python was found that `{name}` admits"),
        request => format!("no Python on this machine that `{name}` admits matches {request}"),
    }
}

/// One indented line for each.
fn listed(interpreters: &[Interpreter], skipped: &[Skipped]) -> String {
    let usable = interpreters.iter().map(ToString::to_string);
    let lines: Vec<String> = usable.chain(skipped.iter().map(ToString::to_string)).collect();
    lines.iter().flat_map(|line| ["\n  ", line.as_str()]).collect()
}
