//! The table of builds: Kingbolt's own, or one that a person names.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{BuildName, InvalidTarget, ManagedBuild, Origin, Target};
use crate::vocab::Sha256;

/// The known builds, and where their archives are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BuildTable {
    pub origin: Origin,
    builds: Vec<ManagedBuild>,
}

/// Why a text is no table of builds.
#[derive(Debug, thiserror::Error)]
pub enum InvalidBuildTable {
    #[error("`{sha256}` is not a SHA-256 in hexadecimal digits")]
    Hash { sha256: String },
    #[error("`{origin}` is not an address of a server or a directory")]
    Origin { origin: String },
    #[error("`{release}` is not a version and a date such as `3.12.14+20260814`")]
    Release { release: String },
    #[error("it has schema {schema}, but only 1 is known")]
    Schema { schema: u32 },
    #[error(transparent)]
    Syntax(#[from] toml::de::Error),
    #[error(transparent)]
    Target(#[from] InvalidTarget),
}

/// The form of a table. `builds` maps `<version>+<date>` to the hash of the archive for each target.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    schema: u32,
    origin: String,
    builds: BTreeMap<String, BTreeMap<String, String>>,
}

const SCHEMA: u32 = 1;

/// Written by `scripts/python-builds`.
const OWN: &str = include_str!("builds.toml");

impl BuildTable {
    /// The table of this version of Kingbolt.
    ///
    /// # Errors
    /// Never: a test parses it.
    pub fn own() -> Result<Self, InvalidBuildTable> {
        Self::parse(OWN)
    }

    /// Parses a table.
    ///
    /// # Errors
    /// For unknown keys and targets too: a misspelt target would count as absent.
    pub fn parse(text: &str) -> Result<Self, InvalidBuildTable> {
        let Text { schema, origin, builds: releases } = toml::from_str(text)?;
        if schema != SCHEMA {
            return Err(InvalidBuildTable::Schema { schema });
        }
        let origin = Origin::parse(&origin).ok_or(InvalidBuildTable::Origin { origin })?;
        let mut builds = Vec::new();
        for (release, targets) in releases {
            let Some((version, date)) = BuildName::parse_release(&release) else {
                return Err(InvalidBuildTable::Release { release });
            };
            for (target, sha256) in targets {
                let target = Target::parse(&target)?;
                let sha256 = Sha256::from_hex(&sha256).ok_or(InvalidBuildTable::Hash { sha256 })?;
                builds.push(ManagedBuild { name: BuildName { version: version.clone(), date, target }, sha256 });
            }
        }
        builds.sort_by(|one, other| one.name.newest_first(&other.name));
        Ok(Self { origin, builds })
    }

    /// The builds for a target, newest first.
    pub fn builds_for(&self, target: Target) -> impl Iterator<Item = &ManagedBuild> {
        self.builds.iter().filter(move |build| build.name.target == target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn the_own_table_has_each_minor_version_for_each_target() {
        let table = BuildTable::own().unwrap();
        for name in ["aarch64-apple-darwin", "x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl"] {
            let builds = table.builds_for(Target::parse(name).unwrap());
            let minors: Vec<u64> = builds.map(|build| build.name.version.release()[1]).collect();
            assert_eq!(minors, [14, 13, 12, 11, 10], "{name}");
        }
        assert_eq!(table.builds_for(Target::parse("x86_64-pc-windows-msvc").unwrap()).count(), 5);
        // CPython 3.10 was not built for it.
        assert_eq!(table.builds_for(Target::parse("aarch64-pc-windows-msvc").unwrap()).count(), 4);
    }

    #[test]
    fn the_newest_build_of_the_newest_release_comes_first() {
        let table = parse("3.13.0rc1+20260101 3.12.4+20260101 3.12.10+20260101 3.12.10+20260202").unwrap();
        let order: Vec<String> =
            table.builds_for(target()).map(|build| format!("{}+{}", build.name.version, build.name.date)).collect();
        assert_eq!(order, ["3.12.10+20260202", "3.12.10+20260101", "3.12.4+20260101", "3.13.0rc1+20260101"]);
    }

    #[test]
    fn what_is_no_table_is_refused_with_the_reason() {
        let whole = |schema: u32, origin: &str, release: &str, target: &str, sha256: &str| {
            let text = format!("schema = {schema}\norigin = '{origin}'\n[builds.'{release}']\n{target} = '{sha256}'\n");
            BuildTable::parse(&text).map(|_| ()).map_err(|error| error.to_string().lines().next().unwrap().to_owned())
        };
        let (origin, release, name) = ("https://mirror.example", "3.12.4+20260101", "aarch64-apple-darwin");
        assert_eq!(whole(1, origin, release, name, HASH), Ok(()));
        let refused = |result: Result<(), String>, expected: &str| assert_eq!(result, Err(expected.to_owned()));
        refused(whole(2, origin, release, name, HASH), "it has schema 2, but only 1 is known");
        refused(whole(1, "mirror", release, name, HASH), "`mirror` is not an address of a server or a directory");
        for other in ["3.12.4", "3.12+20260101", "3.12.4+2026", "3.12.04+20260101", "3.12.4+20260101+x"] {
            refused(
                whole(1, origin, other, name, HASH),
                &format!("`{other}` is not a version and a date such as `3.12.14+20260814`"),
            );
        }
        refused(
            whole(1, origin, release, name, &HASH[1..]),
            &format!("`{}` is not a SHA-256 in hexadecimal digits", &HASH[1..]),
        );
        let target = whole(1, origin, release, "x86_64_v3-unknown-linux-gnu", HASH).unwrap_err();
        assert!(target.starts_with("`x86_64_v3-unknown-linux-gnu` is not a known target; known are aarch64-apple"));
        assert!(whole(1, origin, release, "other = 1\nx", HASH).is_err());
        assert!(BuildTable::parse("schema = 1\n").is_err());
        assert!(BuildTable::parse(&format!("{OWN}\n[other]\n")).is_err());
    }

    fn parse(releases: &str) -> Result<BuildTable, InvalidBuildTable> {
        let tables: Vec<String> =
            releases.split(' ').map(|release| format!("[builds.'{release}']\n{} = '{HASH}'\n", target())).collect();
        BuildTable::parse(&format!("schema = 1\norigin = 'https://mirror.example'\n{}", tables.concat()))
    }

    fn target() -> Target {
        Target::parse("x86_64-unknown-linux-gnu").unwrap()
    }
}
