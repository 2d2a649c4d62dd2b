//! Compute capabilities of NVIDIA's GPUs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::vocab::string_conversions;

/// The compute capability of a GPU, such as 8.6 (CUDA C++ Programming Guide, "Compute Capability").
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct ComputeCapability {
    pub major: u8,
    /// One digit.
    pub minor: u8,
}

/// Text that is not a compute capability.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a compute capability such as `8.6`")]
pub struct InvalidComputeCapability {
    text: String,
}

impl ComputeCapability {
    /// A compute capability from its two numbers.
    pub const fn new(major: u8, minor: u8) -> Self {
        Self { major, minor }
    }

    /// True for the GPUs of Jetson modules up to Orin, whose kernels and those of other GPUs of the same major version do not
    /// run on each other. Sources disagree for 8.0 on Orin (8.7): one measured that it fails, another that it works.
    pub(super) fn is_tegra(self) -> bool {
        const TEGRA: &[(u8, u8)] = &[(3, 2), (5, 3), (6, 2), (7, 2), (8, 7)];
        TEGRA.contains(&(self.major, self.minor))
    }
}

impl FromStr for ComputeCapability {
    type Err = InvalidComputeCapability;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let (major, minor) = text.trim().split_once('.')?;
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            if !digits(major) || !digits(minor) || minor.len() != 1 || !(1..=2).contains(&major.len()) {
                return None;
            }
            Some(Self { major: major.parse().ok().filter(|major| *major > 0)?, minor: minor.parse().ok()? })
        };
        parse().ok_or_else(|| InvalidComputeCapability { text: text.to_owned() })
    }
}

impl fmt::Display for ComputeCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

string_conversions!(ComputeCapability);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compute_capability_is_two_numbers() {
        for text in ["3.5", "8.6", "12.1"] {
            assert_eq!(text.parse::<ComputeCapability>().map(|capability| capability.to_string()), Ok(text.to_owned()));
        }
        assert!(ComputeCapability::new(8, 6) < ComputeCapability::new(12, 0));
        for text in ["", "8", "8.", ".6", "8.65", "0.1", "+8.6", "8.6.1", "sm_86", "[N/A]", "100.0", "８.6"] {
            assert_eq!(text.parse::<ComputeCapability>(), Err(InvalidComputeCapability { text: text.to_owned() }));
        }
    }
}
