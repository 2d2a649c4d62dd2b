//! The lock that chooses the packages of an app.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::vocab::{Digest, Location, PackageName};

/// The lock that chooses the packages of an app, and the facts about the app that were read from it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RequestedLock {
    /// An absolute path, or the URL as typed.
    pub location: Location,
    /// The digest of the lock itself.
    pub digest: Digest,
    /// The name of the app, unless the person chose one.
    pub app: String,
    pub commands: LockedCommands,
}

/// The commands of an app that is made from a lock.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LockedCommands {
    /// Those that the lock names.
    Names(Vec<String>),
    /// All commands of these packages.
    Packages(BTreeSet<PackageName>),
}

impl RequestedLock {
    /// The same, as files keep it.
    pub(super) fn without_secrets(&self) -> Self {
        let location = match &self.location {
            Location::Path(path) => Location::Path(path.clone()),
            Location::Url(url) => Location::Url(url.without_secrets()),
        };
        Self { location, ..self.clone() }
    }

    /// True if commands of a package may be commands of the app.
    pub fn has_commands_of(&self, package: &PackageName) -> bool {
        match &self.commands {
            LockedCommands::Names(_) => true,
            LockedCommands::Packages(packages) => packages.contains(package),
        }
    }

    /// True if a command of such a package is a command of the app.
    pub fn has_command(&self, name: &str) -> bool {
        match &self.commands {
            LockedCommands::Names(names) => names.iter().any(|other| other == name),
            LockedCommands::Packages(_) => true,
        }
    }

    /// The commands that the lock names.
    pub fn named_commands(&self) -> &[String] {
        match &self.commands {
            LockedCommands::Names(names) => names,
            LockedCommands::Packages(_) => &[],
        }
    }
}
