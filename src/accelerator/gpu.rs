//! One GPU.

use std::fmt;
use std::str::FromStr;

use super::ComputeCapability;

/// A GPU of the machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Gpu {
    /// As its driver calls it, or its vendor and PCI device number.
    pub name: String,
    pub model: Model,
    /// As the driver numbers it: `GPU-eaf23aa1-…`.
    pub uuid: Option<String>,
    /// The PCI address, `0000:01:00.0`.
    pub bus: Option<String>,
}

/// The vendor of a GPU, and the property that decides which kernels run on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Model {
    /// `None` if the driver for computing (KFD) does not tell it.
    Amd(Option<GfxTarget>),
    Apple,
    Intel(XpuSupport),
    /// `None` if nothing tells it: it may be newer than the tables.
    Nvidia(Option<ComputeCapability>),
}

/// The treatment of an Intel GPU by builds for XPU.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum XpuSupport {
    Listed,
    Unlisted,
}

/// The instruction set of an AMD GPU, such as `gfx1100`.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct GfxTarget {
    pub major: u8,
    pub minor: u8,
    pub step: u8,
}

impl Gpu {
    /// A GPU of NVIDIA of which nothing but the compute capability is known.
    pub fn assumed(capability: Option<ComputeCapability>) -> Self {
        Self { name: "assumed GPU".to_owned(), model: Model::Nvidia(capability), uuid: None, bus: None }
    }

    /// The compute capability of a GPU of NVIDIA; the inner value is `None` if nothing tells it.
    pub fn capability(&self) -> Option<Option<ComputeCapability>> {
        match self.model {
            Model::Nvidia(capability) => Some(capability),
            Model::Amd(_) | Model::Apple | Model::Intel(_) => None,
        }
    }
}

/// Text that is not the instruction set of an AMD GPU.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not an instruction set of an AMD GPU such as `gfx1100`")]
pub struct InvalidGfxTarget {
    text: String,
}

impl FromStr for GfxTarget {
    type Err = InvalidGfxTarget;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let digits = text.trim().strip_prefix("gfx")?;
            let (major, rest) = digits.split_at_checked(digits.len().checked_sub(2)?)?;
            let (minor, step) = rest.split_at_checked(1)?;
            let digit = |text: &str| text.chars().next()?.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let is_number = major.bytes().all(|byte| byte.is_ascii_digit());
            let major = major.parse().ok().filter(|major| is_number && *major > 0)?;
            Some(Self { major, minor: digit(minor)?, step: digit(step)? })
        };
        parse().ok_or_else(|| InvalidGfxTarget { text: text.to_owned() })
    }
}

impl fmt::Display for Gpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match self.model {
            Model::Amd(Some(target)) => write!(f, " ({target})"),
            Model::Nvidia(Some(capability)) => write!(f, " (compute capability {capability})"),
            Model::Nvidia(None) => f.write_str(" (unknown compute capability)"),
            Model::Amd(None) | Model::Apple | Model::Intel(_) => Ok(()),
        }
    }
}

impl fmt::Display for GfxTarget {
    /// Minor version and step are hexadecimal digits: `gfx90a` (LLVM, "User Guide for AMDGPU Backend").
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "gfx{}{:x}{:x}", self.major, self.minor, self.step)
    }
}
