//! The accelerator that a request names, and what decides about it beside the request.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::accelerator::{Assumptions, InvalidLabel, Label};
use crate::pytorch::IndexBase;
use crate::vocab::string_conversions;

/// The accelerator that a request names. Kept in the receipt as it was typed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum RequestedAccelerator {
    /// That of the machine, looked for at every resolution.
    Auto,
    Label(Label),
}

/// The treatment of a build for CPUs.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum GpuPolicy {
    /// It is taken where there is none for a GPU.
    #[default]
    Prefer,
    /// It is refused.
    Require,
}

/// The settings for requests that name an accelerator.
#[derive(Clone, Debug, Default)]
pub struct AcceleratorSettings {
    /// The place of PyTorch's indexes, if it is not their own.
    pub mirror: Option<IndexBase>,
    pub gpu_policy: GpuPolicy,
    /// Facts to assume instead of those of the machine.
    pub assumptions: Assumptions,
    /// The label that a variable of another tool names, which counts for `auto`.
    pub named: Option<(&'static str, Label)>,
}

impl AcceleratorSettings {
    /// True if options or variables state something that can lead to another build.
    pub fn is_stated(&self) -> bool {
        self.gpu_policy == GpuPolicy::Require || !self.assumptions.is_empty() || self.named.is_some()
    }
}

impl FromStr for RequestedAccelerator {
    type Err = InvalidLabel;

    fn from_str(text: &str) -> Result<Self, InvalidLabel> {
        if text.trim().eq_ignore_ascii_case("auto") { Ok(Self::Auto) } else { text.parse().map(Self::Label) }
    }
}

impl fmt::Display for RequestedAccelerator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Label(label) => label.fmt(f),
        }
    }
}

string_conversions!(RequestedAccelerator);
