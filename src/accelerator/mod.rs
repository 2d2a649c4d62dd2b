//! Accelerators of the machine: GPUs and their drivers as facts, and the build of a package that they can run. Deciding
//! code takes values and returns values; only `probe` accesses the machine. Packages and their releases are not known here.

mod assumptions;
mod compute_capability;
mod conclude;
mod coverage;
mod cuda_version;
mod decide;
mod decision;
mod driver_version;
mod facts;
mod findings;
mod gpu;
mod jetson;
mod label;
mod nvidia_gpus;
mod parse;
mod probe;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod report;
mod state;
mod tables;
#[cfg(test)]
mod tests;
mod variables;
mod variant;

pub use assumptions::{Assumption, Assumptions};
pub use compute_capability::{ComputeCapability, InvalidComputeCapability};
pub use cuda_version::{CudaVersion, InvalidCudaVersion};
pub use decide::{decide, decide_for};
pub use decision::{Covers, Decision, LeftOut, Remedy};
pub use driver_version::{DriverVersion, InvalidDriverVersion};
pub use facts::{AcceleratorFacts, Evidence, System};
pub use gpu::{GfxTarget, Gpu, InvalidGfxTarget, Model, XpuSupport};
pub use jetson::JetsonRelease;
pub use label::{InvalidLabel, Label, RocmVersion};
pub use probe::{Effort, Probe, Root, probe};
pub use report::{AcceleratorReport, GpuReport};
pub use state::{Problem, State};
pub use variables::{InvalidVariable, Lookup, assumed_by_variables, label_by_variables};
pub use variant::{Form, InvalidKernels, Kernels, Variant};
