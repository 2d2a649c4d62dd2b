//! The TOML document of a lock. Unknown keys are ignored, as PEP 751 requires.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny};

use crate::vocab::{
    ExtraName, GroupName, Marker, PackageName, Version, VersionSpecifiers, parse_specifiers, parse_version,
};

/// The part that is read before the rest: another version may have another structure.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Header {
    pub(super) lock_version: LockVersion,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Document {
    #[serde(default)]
    pub(super) environments: Vec<Text<Marker>>,
    pub(super) requires_python: Option<Specifiers>,
    #[serde(default)]
    pub(super) extras: Vec<ExtraName>,
    #[serde(default)]
    pub(super) dependency_groups: Vec<GroupName>,
    #[serde(default)]
    pub(super) default_groups: Vec<GroupName>,
    /// Required: a lock without packages has an empty list.
    pub(super) packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Package {
    pub(super) name: PackageName,
    pub(super) version: Option<LockVersion>,
    pub(super) marker: Option<Text<Marker>>,
    pub(super) requires_python: Option<Specifiers>,
    #[serde(default)]
    pub(super) dependencies: Vec<Dependency>,
    pub(super) vcs: Option<IgnoredAny>,
    pub(super) directory: Option<IgnoredAny>,
    pub(super) archive: Option<Artifact>,
    pub(super) sdist: Option<Artifact>,
    #[serde(default)]
    pub(super) wheels: Vec<Artifact>,
}

/// Another package of the lock. Other keys only distinguish packages of the same name.
#[derive(Debug, Deserialize)]
pub(super) struct Dependency {
    pub(super) name: PackageName,
}

/// A file: a wheel, a source distribution or an archive.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Artifact {
    pub(super) name: Option<String>,
    pub(super) url: Option<String>,
    pub(super) path: Option<String>,
    pub(super) size: Option<u64>,
    #[serde(default)]
    pub(super) hashes: BTreeMap<String, String>,
}

/// A value that is parsed from a string.
#[derive(Debug)]
pub(super) struct Text<T>(pub(super) T);

/// Version specifiers, parsed like `packaging` does.
#[derive(Debug)]
pub(super) struct Specifiers(pub(super) VersionSpecifiers);

/// A version, parsed like `packaging` does.
#[derive(Debug)]
pub(super) struct LockVersion(pub(super) Version);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Specifiers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse_specifiers(&String::deserialize(deserializer)?).map(Self).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for LockVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parse_version(&String::deserialize(deserializer)?).map(Self).map_err(D::Error::custom)
    }
}
