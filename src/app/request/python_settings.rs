//! The settings that decide which Pythons may be used, wherever a request leaves that open.

use std::path::PathBuf;

use serde::Serialize;

use crate::python::managed::Origin;
use crate::python::{PythonPreference, PythonRequest};

/// The settings for Pythons.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PythonSettings {
    pub preference: PythonPreference,
    pub downloads: PythonDownloads,
    pub default: Option<DefaultPython>,
    /// The address to fetch Pythons from, in place of that of the table of builds. The hashes stay those of the table.
    pub mirror: Option<Origin>,
    /// A table of builds in place of Kingbolt's own.
    pub builds: Option<PathBuf>,
}

/// The Python of requests that name none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DefaultPython {
    pub request: PythonRequest,
    pub force: DefaultForce,
}

/// The force of a default.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DefaultForce {
    /// An administrator has locked it: it holds for every request.
    Locked,
    /// It holds for requests that name no Python.
    Overridable,
}

/// The downloads of Pythons that are allowed. The names are those of uv.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PythonDownloads {
    /// Whenever no suitable Python is there.
    #[default]
    Automatic,
    /// Only by `kingbolt python install`.
    Manual,
    Never,
}

impl PythonDownloads {
    pub const ALL: &[Self] = &[Self::Automatic, Self::Manual, Self::Never];

    /// The value of settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
            Self::Never => "never",
        }
    }

    /// The value with a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|downloads| downloads.name() == name)
    }
}
