//! Builds of a package for accelerators, as values that a decision is made from.

use std::fmt;
use std::str::FromStr;

use super::{ComputeCapability, CudaVersion, Label};

/// One build of a package that fits the operating system and architecture.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Variant {
    pub label: Label,
    /// The version of CUDA that it was built with; `None` for all others.
    pub cuda: Option<CudaVersion>,
    /// The kernels in it, of builds for CUDA.
    pub compute: Vec<Kernels>,
    /// The rank of its source: lower is preferred, such as 0 for files that an index states hashes of.
    pub rank: u8,
}

/// Kernels for one compute capability.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Kernels {
    pub capability: ComputeCapability,
    pub form: Form,
}

/// The form of kernels.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// Machine code (SASS).
    Binary,
    /// Machine code, and PTX, which the driver compiles for newer GPUs.
    BinaryAndPtx,
}

/// Text that does not name kernels.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a compute capability such as `8.6` or `12.0+ptx`")]
pub struct InvalidKernels {
    text: String,
}

impl Variant {
    /// A build without kernels for CUDA.
    pub fn other(label: Label) -> Self {
        Self { label, cuda: None, compute: Vec::new(), rank: 0 }
    }

    /// A build for CUDA, with its kernels as text: `7.5 8.6 12.0+ptx`.
    ///
    /// # Errors
    /// If a word of the text does not name kernels.
    pub fn cuda(version: CudaVersion, compute: &str) -> Result<Self, InvalidKernels> {
        let compute = compute.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        Ok(Self { label: Label::Cuda(version), cuda: Some(version), compute, rank: 0 })
    }
}

impl FromStr for Kernels {
    type Err = InvalidKernels;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lowercase = text.to_ascii_lowercase();
        let (capability, form) = match lowercase.strip_suffix("+ptx") {
            Some(capability) => (capability, Form::BinaryAndPtx),
            None => (lowercase.as_str(), Form::Binary),
        };
        let capability = capability.parse().map_err(|_| InvalidKernels { text: text.to_owned() })?;
        Ok(Self { capability, form })
    }
}

impl fmt::Display for Kernels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.form {
            Form::Binary => write!(f, "{}", self.capability),
            Form::BinaryAndPtx => write!(f, "{}+ptx", self.capability),
        }
    }
}
