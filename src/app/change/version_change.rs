//! How the packages of one environment differ from those of another.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::vocab::{PackageName, Version};

/// A package whose version differs: `None` stands for an environment without it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct VersionChange {
    pub name: PackageName,
    pub from: Option<Version>,
    pub to: Option<Version>,
}

/// The differences between two sets of packages, by name.
pub(in crate::app) fn changes(
    before: impl IntoIterator<Item = (PackageName, Version)>,
    after: impl IntoIterator<Item = (PackageName, Version)>,
) -> Vec<VersionChange> {
    let mut versions: BTreeMap<PackageName, (Option<Version>, Option<Version>)> = BTreeMap::new();
    for (name, version) in before {
        versions.entry(name).or_default().0 = Some(version);
    }
    for (name, version) in after {
        versions.entry(name).or_default().1 = Some(version);
    }
    let different = versions.into_iter().filter(|(_, (from, to))| from != to);
    different.map(|(name, (from, to))| VersionChange { name, from, to }).collect()
}

impl fmt::Display for VersionChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) => write!(f, "{} {from} -> {to}", self.name),
            (None, Some(to)) => write!(f, "{} {to} (new)", self.name),
            (Some(from), None) => write!(f, "{} {from} (removed)", self.name),
            (None, None) => write!(f, "{}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::parse_version;

    #[test]
    fn what_changed_came_and_went_is_told_by_name() {
        let package = |(name, version): (&str, &str)| (name.parse().unwrap(), parse_version(version).unwrap());
        let before = [("same", "1"), ("goes", "2"), ("changed", "3")].map(package);
        let after = [("new", "4"), ("changed", "2.9"), ("same", "1")].map(package);
        let told: Vec<String> = changes(before, after).iter().map(ToString::to_string).collect();
        assert_eq!(told, ["changed 3 -> 2.9", "goes 2 (removed)", "new 4 (new)"]);
    }
}
