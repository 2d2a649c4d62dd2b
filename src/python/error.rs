//! What can go wrong on the way to an interpreter.

use std::path::PathBuf;

use super::Interpreter;
use crate::vocab::{Version, VersionSpecifiers};

/// No interpreter can be used.
#[derive(Debug, thiserror::Error)]
pub enum PythonError {
    /// There is none at all.
    #[error("no Python was found")]
    Absent { looked_at: Vec<String>, skipped: Vec<Skipped> },
    /// There are some, but none that fits.
    #[error("no Python that was found satisfies `{requirement}`")]
    Unsuitable { requirement: VersionSpecifiers, found: Vec<Interpreter>, skipped: Vec<Skipped> },
}

/// A candidate that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Skipped {
    pub path: PathBuf,
    pub reason: SkipReason,
}

/// Why a candidate cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SkipReason {
    #[error("it is Python {version}, which is too old")]
    TooOld { version: Version },
    #[error("{0}")]
    Broken(String),
}
