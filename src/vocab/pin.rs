//! A wheel chosen by resolution or a lock, to be fetched and installed.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Address, Digest, Digests, ExtraName, PackageName, SafePath, Version, WheelName};

/// A wheel chosen for an environment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Pin {
    pub name: PackageName,
    pub version: Version,
    pub wheel: WheelName,
    pub location: Location,
    /// The digests that the index, the lock or the requirement's fragment states. `None` only for local files and for
    /// direct references without a fragment.
    pub digests: Option<Digests>,
    /// True if anything but the file itself states the digests: an index, a lock, a requirement or an earlier
    /// installation.
    pub is_hash_stated: bool,
    /// The size in bytes, if stated.
    pub size: Option<u64>,
    /// The requested extras of this package.
    pub extras: Vec<ExtraName>,
    /// The dependencies of this package in this environment.
    pub dependencies: Vec<PackageName>,
    pub role: Role,
    /// The direct reference in a requirement or a lock; recorded as `direct_url.json` (PEP 610).
    pub direct: Option<DirectReference>,
    /// The digest of the source distribution of an index that the wheel was built from here; its address is the location.
    pub built_from: Option<Digest>,
}

/// The location of a wheel.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Location {
    Path(PathBuf),
    Url(Address),
}

/// The reason for installing a package: requested by the user, or required by another package. The later of two takes
/// precedence.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Dependency,
    Requested,
}

/// A direct reference (PEP 610), which is written without credentials.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DirectReference {
    pub url: Address,
    /// The source code that the wheel was built from; `None` for a wheel that was named itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<DirectSource>,
}

/// The source code at a direct reference.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DirectSource {
    pub kind: DirectKind,
    /// The directory of the project below the top of the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subdirectory: Option<SafePath>,
}

/// The kinds of source code of PEP 610.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DirectKind {
    Archive { digest: Digest },
    Directory { editable: bool },
    Git { commit: String, revision: Option<String> },
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Url(address) => write!(f, "{address}"),
        }
    }
}

impl Pin {
    /// True if the wheel was built here.
    pub fn is_built(&self) -> bool {
        self.built_from.is_some() || self.direct.as_ref().is_some_and(|direct| direct.source.is_some())
    }
}
