//! One GPU.

use std::fmt;

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
