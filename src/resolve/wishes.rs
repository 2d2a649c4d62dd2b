//! What is asked of a resolution.

use crate::platform::Tags;
use crate::vocab::{MarkerEnvironment, Requirement, Version};

/// What to choose versions for, and the interpreter to choose them for.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// What was asked for: these pins get `Role::Requested`.
    pub requirements: Vec<Requirement>,
    /// What was asked for besides (`--with`): resolved in the same way, but pinned as `Role::Dependency`.
    pub with: Vec<Requirement>,
    pub markers: MarkerEnvironment,
    /// The version of the interpreter. Of it, only the release counts for `Requires-Python`, as for pip.
    pub python: Version,
    pub tags: Tags,
    pub prereleases: Prereleases,
    /// Who asked, as explanations say it: `you`, in "you asked for foo".
    pub asked_by: String,
}

/// Which pre-releases are candidates.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Prereleases {
    /// All.
    Allow,
    /// Those that a requirement asks for by mentioning a pre-release, and those of packages that have nothing else to
    /// offer for a requirement.
    #[default]
    WhenAsked,
}

impl Wishes {
    /// The requirements whose markers hold.
    pub(super) fn applying(&self) -> impl Iterator<Item = &Requirement> {
        let requirements = self.requirements.iter().chain(&self.with);
        requirements.filter(|requirement| requirement.applies(&self.markers, &[]))
    }
}
