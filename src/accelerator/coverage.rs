//! The GPUs that a build runs on.

use super::tables::{DriverFamily, THOR, THOR_IN_CUDA_12, floor, native};
use super::variant::{Form, Kernels, Variant};
use super::{AcceleratorFacts, ComputeCapability, CudaVersion};

/// The relation of a driver to a build.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum DriverFit {
    /// The driver reports this CUDA or a newer one.
    Native,
    /// It reports an older one of the same major version, which runs the build except for PTX.
    Minor,
    TooOld,
    /// The version of the driver is not known.
    Unknown,
}

/// The relation of a GPU to a build, with a driver that runs the build.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum GpuFit {
    /// The compute capability is not known: it may run.
    Assumed,
    Covered,
    NoKernels,
    /// Only PTX in the build is for this GPU, and the driver is too old to compile it.
    PtxTooNew,
}

impl GpuFit {
    /// True if the build runs on the GPU, as far as is known.
    pub(super) fn runs(self) -> bool {
        match self {
            Self::Assumed | Self::Covered => true,
            Self::NoKernels | Self::PtxTooNew => false,
        }
    }
}

/// The newest CUDA of the machine: what the library of the driver reports, else what came with the driver in the kernel. The
/// library may be newer than the kernel's part (NVIDIA's packages for forward compatibility).
pub(super) fn reported_cuda(facts: &AcceleratorFacts) -> Option<CudaVersion> {
    let by_driver = || facts.driver.as_ref().and_then(|driver| native(DriverFamily::of(facts.system), driver));
    facts.cuda.or_else(by_driver)
}

/// The relation of the machine's driver to a version of CUDA.
pub(super) fn driver_fit(facts: &AcceleratorFacts, cuda: CudaVersion) -> DriverFit {
    let floor = floor(DriverFamily::of(facts.system), cuda);
    let reaches = facts.driver.as_ref().map(|driver| floor.is_none_or(|floor| driver.reaches(floor)));
    match reported_cuda(facts) {
        Some(reported) if reported >= cuda && (facts.cuda.is_some() || reaches != Some(false)) => DriverFit::Native,
        Some(reported) if facts.cuda.is_some() && reported.major >= cuda.major => DriverFit::Minor,
        Some(_) | None => match reaches {
            Some(true) => DriverFit::Minor,
            Some(false) => DriverFit::TooOld,
            None if facts.cuda.is_some() => DriverFit::TooOld,
            None => DriverFit::Unknown,
        },
    }
}

/// The relation of a GPU to a build. Machine code runs on GPUs of the same major version and the same or a higher minor
/// version (CUDA C++ Programming Guide, "Binary Compatibility"), and not between Tegra and other GPUs; PTX on all that are the
/// same or newer, if the driver knows the CUDA that it was made with.
pub(super) fn gpu_fit(variant: &Variant, capability: Option<ComputeCapability>, driver: DriverFit) -> GpuFit {
    let Some(capability) = capability else { return GpuFit::Assumed };
    let capability = match variant.cuda {
        Some(cuda) if capability == THOR && cuda.major < 13 => THOR_IN_CUDA_12,
        Some(_) | None => capability,
    };
    if variant.compute.iter().any(|kernels| runs_binary(kernels.capability, capability)) {
        return GpuFit::Covered;
    }
    let compiles = |kernels: &Kernels| kernels.form == Form::BinaryAndPtx && kernels.capability <= capability;
    match (variant.compute.iter().any(compiles), driver) {
        (false, _) => GpuFit::NoKernels,
        (true, DriverFit::Native | DriverFit::Unknown) => GpuFit::Covered,
        (true, DriverFit::Minor | DriverFit::TooOld) => GpuFit::PtxTooNew,
    }
}

fn runs_binary(kernels: ComputeCapability, gpu: ComputeCapability) -> bool {
    let is_apart = |capability: ComputeCapability| capability.is_tegra() || capability == THOR_IN_CUDA_12;
    if is_apart(kernels) || is_apart(gpu) {
        return kernels == gpu;
    }
    kernels.major == gpu.major && kernels.minor <= gpu.minor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accelerator::System;

    fn fit(cuda: (u8, u8), compute: &str, gpu: &str, driver: DriverFit) -> GpuFit {
        let variant = Variant::cuda(CudaVersion::new(cuda.0, cuda.1), compute).unwrap();
        gpu_fit(&variant, Some(gpu.parse().unwrap()), driver)
    }

    #[test]
    fn machine_code_runs_on_newer_gpus_of_the_same_generation() {
        let fits = |compute, gpu| fit((13, 0), compute, gpu, DriverFit::Native);
        assert_eq!(fits("8.6", "8.9"), GpuFit::Covered);
        assert_eq!(fits("8.9", "8.6"), GpuFit::NoKernels);
        assert_eq!(fits("9.0", "10.0"), GpuFit::NoKernels);
        assert_eq!(fits("12.0", "12.1"), GpuFit::Covered);
        assert_eq!(fits("12.0", "11.0"), GpuFit::NoKernels);
    }

    #[test]
    fn ptx_runs_on_newer_gpus_if_the_driver_knows_its_cuda() {
        assert_eq!(fit((13, 0), "9.0+ptx", "10.0", DriverFit::Native), GpuFit::Covered);
        assert_eq!(fit((13, 0), "9.0+PTX", "10.0", DriverFit::Minor), GpuFit::PtxTooNew);
        assert_eq!(fit((13, 0), "12.0+ptx", "11.0", DriverFit::Native), GpuFit::NoKernels);
    }

    /// Sources disagree; see the case in docs/accelerators.md.
    #[test]
    fn failure_15_kernels_of_servers_are_not_counted_on_orin() {
        assert_eq!(fit((12, 6), "8.0 9.0", "8.7", DriverFit::Native), GpuFit::NoKernels);
        assert_eq!(fit((12, 6), "8.0 8.7", "8.7", DriverFit::Native), GpuFit::Covered);
        assert_eq!(fit((12, 6), "8.0+ptx", "8.7", DriverFit::Native), GpuFit::Covered);
        assert_eq!(fit((12, 6), "8.7", "8.9", DriverFit::Native), GpuFit::NoKernels);
    }

    #[test]
    fn failure_16_nothing_for_cuda_12_runs_on_thor() {
        assert_eq!(fit((12, 8), "7.0 7.5 8.0 8.6 9.0 10.0 12.0", "11.0", DriverFit::Native), GpuFit::NoKernels);
        assert_eq!(fit((12, 9), "10.1", "11.0", DriverFit::Native), GpuFit::Covered);
        assert_eq!(fit((13, 0), "8.0 9.0 10.0 11.0 12.0+ptx", "11.0", DriverFit::Native), GpuFit::Covered);
    }

    #[test]
    fn a_driver_runs_what_its_floor_or_its_library_allows() {
        let with = |driver: Option<&str>, cuda: Option<(u8, u8)>, asked: (u8, u8)| {
            let mut facts = AcceleratorFacts::none(System::Linux);
            facts.driver = driver.map(|text| text.parse().unwrap());
            facts.cuda = cuda.map(|(major, minor)| CudaVersion::new(major, minor));
            driver_fit(&facts, CudaVersion::new(asked.0, asked.1))
        };
        assert_eq!(with(Some("580.126"), None, (13, 0)), DriverFit::Native);
        assert_eq!(with(Some("580.126"), None, (13, 2)), DriverFit::Minor);
        assert_eq!(with(Some("570.133"), None, (13, 0)), DriverFit::TooOld);
        assert_eq!(with(Some("535.183"), None, (12, 6)), DriverFit::Minor);
        // Forward compatibility: the library is newer than the driver.
        assert_eq!(with(Some("535.183"), Some((13, 2)), (13, 2)), DriverFit::Native);
        assert_eq!(with(None, Some((12, 2)), (12, 6)), DriverFit::Minor);
        assert_eq!(with(None, Some((12, 2)), (13, 0)), DriverFit::TooOld);
        assert_eq!(with(None, None, (13, 0)), DriverFit::Unknown);
    }
}
