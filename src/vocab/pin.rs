//! One chosen wheel: what resolution and locks decide, and what fetching and installing carry out.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Digests, ExtraName, PackageName, Version, WheelName};

/// A wheel chosen for an environment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Pin {
    pub name: PackageName,
    pub version: Version,
    pub wheel: WheelName,
    pub location: Location,
    /// What the index, the lock or the requirement's fragment states. Absent only for local files and for direct
    /// references without a fragment.
    pub digests: Option<Digests>,
    /// Bytes, where stated.
    pub size: Option<u64>,
    /// Extras that somebody asked of this package.
    pub extras: Vec<ExtraName>,
    /// Packages that this one needs here, by name.
    pub dependencies: Vec<PackageName>,
    pub role: Role,
    /// The reference as a requirement or a lock names it directly; recorded as `direct_url.json` (PEP 610).
    pub direct: Option<DirectReference>,
}

/// Where the bytes of a wheel are.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    Path(PathBuf),
    Url(String),
}

/// Whether a person asked for the package, or another package did.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Dependency,
    Requested,
}

/// A direct reference (PEP 610): the address without credentials.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DirectReference {
    pub url: String,
}
