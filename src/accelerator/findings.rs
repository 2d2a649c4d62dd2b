//! The findings of the sources of a machine, each by itself.

use super::parse::{CudaLibrary, GpuInformation, PciDevice, SmiGpu, SmiTrouble};
use super::{DriverVersion, Evidence, GfxTarget, RocmVersion, System};

/// The findings of all sources.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Findings {
    pub(super) system: System,
    pub(super) apple: Apple,
    pub(super) nvidia: NvidiaFindings,
    /// GPUs of AMD that the driver for computing has.
    pub(super) kfd: Vec<KfdGpu>,
    /// The versions of ROCm in all places that state one.
    pub(super) rocm: Vec<RocmVersion>,
    /// GPUs on the PCI bus, of all vendors.
    pub(super) pci: Vec<PciGpu>,
    pub(super) container: Container,
    pub(super) evidence: Vec<Evidence>,
}

/// A machine of Apple.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Apple {
    No,
    /// With a processor of Apple, and the version of macOS.
    Silicon(Option<(u16, u16)>),
}

/// The findings about NVIDIA.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct NvidiaFindings {
    /// The version of the driver in the kernel.
    pub(super) kernel: Option<DriverVersion>,
    /// The versions of the driver's libraries.
    pub(super) libraries: Vec<DriverVersion>,
    pub(super) nodes: DeviceNodes,
    /// GPUs in the files of the driver.
    pub(super) informed: Vec<GpuInformation>,
    pub(super) smi: SmiAnswer,
    pub(super) library: Option<CudaLibrary>,
}

/// The device files through which programs reach GPUs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct DeviceNodes {
    pub(super) reach: Reach,
    /// The numbers of `/dev/nvidia0` and others.
    pub(super) minors: Vec<u32>,
}

/// The way to GPUs of NVIDIA.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Reach {
    /// By the device files of Linux.
    DeviceFiles,
    #[default]
    None,
    /// By the files of a Jetson.
    Tegra,
    /// By Windows.
    Windows,
}

/// The answer of `nvidia-smi`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) enum SmiAnswer {
    /// Its first words, where it named no GPU.
    Failed {
        trouble: Option<SmiTrouble>,
        said: String,
    },
    Gpus(Vec<SmiGpu>),
    /// It was not found, or not needed.
    #[default]
    NotAsked,
}

/// A GPU of AMD, as KFD has it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct KfdGpu {
    pub(super) target: GfxTarget,
    pub(super) place: Place,
}

/// The place of a GPU.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Place {
    Card,
    Processor,
}

/// A GPU on the PCI bus.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct PciGpu {
    pub(super) bus: String,
    pub(super) device: PciDevice,
    /// The name of the driver that has it.
    pub(super) driver: Option<String>,
}

/// The container that Kingbolt runs in, as far as the variables of NVIDIA's images tell.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Container {
    /// `CUDA_VERSION`: the toolkit of the image. Nothing about the driver of the machine that will run it.
    pub(super) toolkit: Option<String>,
}

impl NvidiaFindings {
    /// True if something of NVIDIA's driver shows.
    pub(super) fn shows_driver(&self) -> bool {
        self.kernel.is_some() || self.nodes.reach != Reach::None
    }
}

impl Findings {
    /// Findings of nothing.
    pub(super) fn none(system: System) -> Self {
        Self {
            system,
            apple: Apple::No,
            nvidia: NvidiaFindings::default(),
            kfd: Vec::new(),
            rocm: Vec::new(),
            pci: Vec::new(),
            container: Container::default(),
            evidence: Vec::new(),
        }
    }

    /// GPUs of a vendor on the PCI bus.
    pub(super) fn pci_of(&self, vendor: u16) -> impl Iterator<Item = &PciGpu> {
        self.pci.iter().filter(move |gpu| gpu.device.vendor == vendor)
    }
}
