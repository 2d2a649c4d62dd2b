//! One published version of an app.

use std::fmt;

use super::{PackageName, Version};

/// A release, as its lock and its signature name it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Release {
    pub name: PackageName,
    pub version: Version,
    /// Counts the releases of a project: a later one has a higher number, whatever its version.
    pub sequence: u64,
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, version, sequence } = self;
        write!(f, "{name} {version} (sequence {sequence})")
    }
}
