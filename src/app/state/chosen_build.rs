//! The build that was chosen for an accelerator.

use serde::{Deserialize, Serialize};

use crate::accelerator::Label;
use crate::vocab::ExtraName;

/// The build that was chosen for an accelerator, as records keep it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ChosenBuild {
    pub label: Label,
    /// The reason, as a clause: `newest release for compute capability 6.1 on driver 580.126`.
    pub reason: String,
    /// The extra of the app that was added for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<ExtraName>,
}
