//! The reasons why PubGrub cannot use a release.

use std::fmt;

use super::error::InvalidDirectReference;
use crate::vocab::VersionSpecifiers;

/// The reason why a release cannot be used, as PubGrub stores it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum UnavailableReason {
    /// It depends on a direct reference that cannot be installed.
    Direct {
        requirement: String,
        reason: InvalidDirectReference,
    },
    /// It depends on another version of itself.
    Itself,
    Metadata(String),
    OtherPython(VersionSpecifiers),
}

impl fmt::Display for UnavailableReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct { requirement, reason } => write!(f, "it needs `{requirement}`, but {reason}"),
            Self::Itself => f.write_str("it depends on another version of itself"),
            Self::Metadata(reason) => f.write_str(reason),
            Self::OtherPython(requires) => write!(f, "it requires Python {requires}"),
        }
    }
}
