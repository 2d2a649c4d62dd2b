//! The reasons why PubGrub cannot use a release.

use super::error::InvalidDirectReference;
use crate::vocab::{ExtraName, VersionSpecifiers};

/// The reason why a release cannot be used, as PubGrub stores it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum UnavailableReason {
    /// It depends on a direct reference that cannot be installed.
    #[error("it needs `{requirement}`, but {reason}")]
    Direct { requirement: String, reason: InvalidDirectReference },
    /// It depends on another version of itself.
    #[error("it depends on another version of itself")]
    Itself,
    #[error("{0}")]
    Metadata(String),
    /// It lacks an extra that the request names and a newer version has.
    #[error("it has no extra `{0}`")]
    NoExtra(ExtraName),
    #[error("it requires Python {0}")]
    OtherPython(VersionSpecifiers),
}
