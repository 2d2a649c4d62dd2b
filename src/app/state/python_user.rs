//! An app or an environment that needs a managed Python.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use super::name::AppName;

/// An app or an environment that needs a managed Python.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PythonUser {
    App(AppName),
    /// An environment of `sync`, by its directory.
    Environment(PathBuf),
}

impl fmt::Display for PythonUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(app) => app.fmt(f),
            Self::Environment(path) => path.display().fmt(f),
        }
    }
}
