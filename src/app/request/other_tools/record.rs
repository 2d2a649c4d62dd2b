//! The request in a record of another tool.

use std::path::PathBuf;

use crate::vocab::{InvalidRequirement, Requirement};

/// An installation by another tool.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForeignRecord {
    /// The source of `kingbolt install`.
    pub source: String,
    /// Its options.
    pub options: Vec<String>,
    pub python: Option<ForeignPython>,
    pub constraints: Vec<Requirement>,
    pub overrides: Vec<Requirement>,
    /// The names of the commands in the directory of commands.
    pub commands: Vec<String>,
    /// True if upgrades leave the app as it is.
    pub is_pinned: bool,
    /// The exact version of the app, if it is pinned.
    pub pinned_version: Option<Requirement>,
    /// Differences from the installation by the other tool, in words.
    pub differences: Vec<String>,
}

/// The Python of an app.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ForeignPython {
    /// The person asked for it.
    Asked(String),
    /// The tool took it; where its interpreter is gone, any other will do.
    Taken { version: String, interpreter: Option<PathBuf> },
}

/// A record that cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum InvalidRecord {
    #[error("it is not valid JSON")]
    Json(#[source] serde_json::Error),
    #[error("it has no requirement for `{name}`")]
    NoRequirement { name: String },
    #[error(transparent)]
    Requirement(#[from] InvalidRequirement),
    #[error("it is not valid TOML")]
    Toml(#[source] toml::de::Error),
}

impl ForeignRecord {
    /// Leaves out a part that means nothing here.
    pub(super) fn leave_out(&mut self, part: &str) {
        self.differences.push(format!("{part} has no counterpart and is left out"));
    }

    /// Adds an option with a value.
    pub(super) fn add(&mut self, option: &str, value: impl Into<String>) {
        self.options.extend([option.to_owned(), value.into()]);
    }
}
