//! The input of a resolution.

use std::error::Error;

use serde::{Deserialize, Serialize};

use super::allowed_builds::AllowedBuilds;
use super::error::ResolveError;
use super::missing_wheel::NewestWithoutWheel;
use super::upload_rules::UploadFilter;
use super::version_rules::VersionRules;
use crate::index::FileName;
use crate::platform::Tags;
use crate::vocab::{Address, MarkerEnvironment, Requirement, Version};

/// Requirements, and the interpreter to choose versions for.
#[derive(Clone, Debug)]
pub struct ResolveRequest {
    /// Pinned as `Role::Requested`.
    pub requirements: Vec<Requirement>,
    /// Additional requirements (`--with`): resolved in the same way, but pinned as `Role::Dependency`.
    pub with: Vec<Requirement>,
    pub markers: MarkerEnvironment,
    /// The version of the interpreter. As in pip, `Requires-Python` is compared with its release number only.
    pub python: Version,
    pub tags: Tags,
    pub rules: VersionRules,
    /// `rules.uploads` at this moment.
    pub uploads: UploadFilter,
    pub hashes: HashPolicy,
    pub newest_without_wheel: NewestWithoutWheel,
    pub builds: AllowedBuilds,
    /// The requester as explanations name them: `you`, in "you asked for foo".
    pub asked_by: String,
}

/// The files that may come from a server without a stated hash.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HashPolicy {
    /// All.
    AllowUnhashed,
    /// Those that come over HTTPS.
    #[default]
    OverHttps,
    /// None.
    Require,
}

impl HashPolicy {
    /// True if nobody asked for another one.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Checks a file of which nobody states a hash.
    pub(super) fn admit<E: Error + 'static>(self, file: &FileName, url: &Address) -> Result<(), ResolveError<E>> {
        let file = || file.as_str().to_owned();
        match self {
            Self::OverHttps if !url.with_secrets().starts_with("https:") => {
                Err(ResolveError::UnhashedOverHttp { file: file() })
            }
            Self::AllowUnhashed | Self::OverHttps => Ok(()),
            Self::Require => Err(ResolveError::MissingDigest { file: file() }),
        }
    }
}

impl ResolveRequest {
    /// The requirements whose markers hold.
    pub(super) fn applicable(&self) -> impl Iterator<Item = &Requirement> {
        let requirements = self.requirements.iter().chain(&self.with);
        requirements.filter(|requirement| requirement.applies(&self.markers, &[]))
    }
}
