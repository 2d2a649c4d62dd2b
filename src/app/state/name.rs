//! Names of apps.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::vocab::{InvalidName, PackageName, string_conversions};

/// The name of an app: a normalised package name, or, for one that `run` made, such a name behind a dot.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct AppName(String);

impl AppName {
    /// The app of a package.
    pub fn of(package: &PackageName) -> Self {
        Self(package.as_str().to_owned())
    }

    /// The hidden app that `run` makes for one request. `id` tells requests for the same package apart.
    pub fn hidden(package: &PackageName, id: &str) -> Self {
        Self(format!(".{package}-{id}"))
    }

    /// True if `run` made the app.
    pub fn is_hidden(&self) -> bool {
        self.0.starts_with('.')
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AppName {
    type Err = InvalidName;

    /// `@`, which the suffix of an app may have, becomes `-`.
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let replaced = text.replace('@', "-");
        let (dot, name) = match replaced.strip_prefix('.') {
            Some(name) => (".", name),
            None => ("", replaced.as_str()),
        };
        let name: PackageName = name.parse().map_err(|_| InvalidName::of(text))?;
        Ok(Self(format!("{dot}{name}")))
    }
}

string_conversions!(AppName);

impl fmt::Display for AppName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
