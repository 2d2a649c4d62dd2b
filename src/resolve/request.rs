//! The input of a resolution.

use crate::platform::Tags;
use crate::vocab::{MarkerEnvironment, Requirement, Version};

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
    pub prereleases: Prereleases,
    /// The requester as explanations name them: `you`, in "you asked for foo".
    pub asked_by: String,
}

/// The pre-releases that are candidates.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Prereleases {
    /// All.
    Allow,
    /// Those admitted by a requirement that mentions a pre-release, and those of packages that offer no final release
    /// for a requirement.
    #[default]
    WhenAsked,
}

impl ResolveRequest {
    /// The requirements whose markers hold.
    pub(super) fn applicable(&self) -> impl Iterator<Item = &Requirement> {
        let requirements = self.requirements.iter().chain(&self.with);
        requirements.filter(|requirement| requirement.applies(&self.markers, &[]))
    }
}
