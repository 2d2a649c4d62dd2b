//! The TOML document of a lock. Unknown keys are ignored, as PEP 751 requires.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{Deserializer, Error};
use toml::value::Datetime;

use crate::vocab::{
    ExtraName, GroupName, Marker, PackageName, SafePath, Version, VersionSpecifiers, parse_specifiers, parse_version,
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
    #[serde(rename = "created-by")]
    _created_by: String,
    /// Required: a lock without packages has an empty list.
    pub(super) packages: Vec<Package>,
    #[serde(default)]
    pub(super) tool: Tools,
}

/// The tables of tools. Those of others are ignored.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Tools {
    #[serde(default)]
    pub(super) kingbolt: Kingbolt,
}

/// The table of Kingbolt, as far as installations use it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Kingbolt {
    /// The name of the app.
    pub(super) name: Option<String>,
    /// The names of its commands.
    pub(super) commands: Option<Vec<String>>,
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
    #[serde(rename = "index")]
    _index: Option<String>,
    pub(super) vcs: Option<Repository>,
    pub(super) directory: Option<Directory>,
    pub(super) archive: Option<Artifact>,
    pub(super) sdist: Option<Artifact>,
    #[serde(default)]
    pub(super) wheels: Vec<Artifact>,
    #[serde(default, rename = "attestation-identities")]
    _attestation_identities: Vec<AttestationIdentity>,
    #[serde(rename = "tool")]
    _tool: Option<toml::Table>,
}

/// Another package of the lock. Other keys only distinguish packages of the same name.
#[derive(Debug, Deserialize)]
pub(super) struct Dependency {
    pub(super) name: PackageName,
}

/// A commit of a repository.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Repository {
    #[serde(rename = "type")]
    pub(super) system: String,
    pub(super) url: Option<String>,
    pub(super) path: Option<String>,
    pub(super) requested_revision: Option<String>,
    pub(super) commit_id: String,
    pub(super) subdirectory: Option<Subdirectory>,
}

/// A directory with source code.
#[derive(Debug, Deserialize)]
pub(super) struct Directory {
    pub(super) path: String,
    #[serde(default)]
    pub(super) editable: bool,
    pub(super) subdirectory: Option<Subdirectory>,
}

/// A file: a wheel, a source distribution or an archive.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Artifact {
    pub(super) name: Option<String>,
    pub(super) url: Option<String>,
    pub(super) path: Option<String>,
    pub(super) size: Option<u64>,
    #[serde(rename = "upload-time")]
    _upload_time: Option<Datetime>,
    #[serde(default)]
    pub(super) hashes: BTreeMap<String, String>,
    /// Of an archive only.
    pub(super) subdirectory: Option<Subdirectory>,
}

/// The publisher of a file (PEP 740).
#[derive(Debug, Deserialize)]
struct AttestationIdentity {
    #[serde(rename = "kind")]
    _kind: String,
}

/// The directory of a project below the top of its source code.
#[derive(Clone, Debug)]
pub(super) struct Subdirectory(pub(super) SafePath);

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

impl<'de> Deserialize<'de> for Subdirectory {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        SafePath::parse(text.trim_end_matches('/')).map(Self).map_err(D::Error::custom)
    }
}
