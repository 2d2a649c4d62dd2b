//! The outcome of a decision, and the advice that goes with it.

use std::fmt;

use crate::vocab::{alternatives, joined};

use super::{DriverVersion, Gpu, Label};

/// The build for a machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decision {
    pub label: Label,
    /// The position of the chosen build among those that were offered; `None` if none of them fits, not even one for CPU.
    pub variant: Option<usize>,
    pub covers: Covers,
    /// The reason, as a clause: `compute capability 6.1 on driver 580.126`.
    pub reason: String,
    /// GPUs that the build cannot use.
    pub left_out: Vec<LeftOut>,
    /// Sentences without a full stop that a person must see.
    pub warnings: Vec<String>,
    /// Steps towards a build for the GPU, or for more of them.
    pub remedies: Vec<Remedy>,
}

/// The GPUs that a build uses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Covers {
    AllGpus,
    NoGpu,
    /// The strongest GPU, and not all others.
    Strongest,
}

/// A GPU that the build cannot use.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LeftOut {
    pub gpu: Gpu,
    /// The reason, as a clause: `cu130 has no kernels for it`.
    pub why: String,
}

/// A step towards a build for a GPU.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Remedy {
    /// Take a build of this label all the same.
    Force(Label),
    /// Make the GPUs of a host visible in a container.
    GiveGpuToContainer,
    /// Install the driver of the GPU's vendor.
    InstallDriver,
    /// Name the index of builds for Jetson.
    NameJetsonIndex,
    /// Take a release that has a build of one of these labels.
    OtherRelease(Vec<Label>),
    /// Restart, so that the new driver is loaded.
    Restart,
    /// Update the driver to this version or a newer one.
    UpdateDriver(DriverVersion),
    /// Update Windows' driver, and use no GPU in compute mode (TCC).
    UpdateWindowsDriver,
}

impl Decision {
    /// A build that uses no GPU, without warnings and remedies.
    pub(super) fn new(label: Label, variant: Option<usize>, reason: String) -> Self {
        Self {
            label,
            variant,
            covers: Covers::NoGpu,
            reason,
            left_out: Vec::new(),
            warnings: Vec::new(),
            remedies: Vec::new(),
        }
    }

    /// True if the build uses a GPU.
    pub fn uses_gpu(&self) -> bool {
        self.label != Label::Cpu
    }

    /// The variables with which programs see only GPUs that the build can use; `None` if it can use all or none.
    pub fn visible_devices(&self, gpus: &[Gpu]) -> Option<String> {
        if self.left_out.is_empty() || self.covers != Covers::Strongest {
            return None;
        }
        let nvidia: Vec<&Gpu> = gpus.iter().filter(|gpu| gpu.capability().is_some()).collect();
        let is_used = |gpu: &Gpu| !self.left_out.iter().any(|left| left.gpu == *gpu);
        let used = || nvidia.iter().enumerate().filter(|(_, gpu)| is_used(gpu));
        let uuids: Option<Vec<&str>> = used().map(|(_, gpu)| gpu.uuid.as_deref()).collect();
        if let Some(uuids) = uuids {
            return Some(format!("CUDA_VISIBLE_DEVICES={}", uuids.join(",")));
        }
        let positions: Vec<String> = used().map(|(position, _)| position.to_string()).collect();
        // CUDA numbers the fastest GPU 0 otherwise.
        Some(format!("CUDA_DEVICE_ORDER=PCI_BUS_ID CUDA_VISIBLE_DEVICES={}", positions.join(",")))
    }

    /// The remedies as one clause, `update the driver to 580 or newer, or …`; `None` if there are none.
    pub fn advice(&self) -> Option<String> {
        let remedies: Vec<String> = self.remedies.iter().map(ToString::to_string).collect();
        (!remedies.is_empty()).then(|| alternatives(&remedies))
    }
}

impl Covers {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::AllGpus => "all",
            Self::NoGpu => "none",
            Self::Strongest => "strongest",
        }
    }
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Force(label) => write!(f, "force a build with `--accelerator {label}`"),
            Self::GiveGpuToContainer => f.write_str(
                "start the container with its GPUs (`--gpus all`), or name the build for another machine with \
                 `--accelerator`",
            ),
            Self::InstallDriver => f.write_str("install the driver of the GPU's vendor"),
            Self::NameJetsonIndex => {
                f.write_str("name the index of NVIDIA's builds for this release of JetPack with `--index-url`")
            }
            Self::OtherRelease(labels) => {
                let labels: Vec<String> = labels.iter().map(|label| format!("`{label}`")).collect();
                write!(f, "take a release that has a build for {}", alternatives(&labels))
            }
            Self::Restart => f.write_str("restart the machine, so that the new driver is loaded"),
            Self::UpdateDriver(version) => write!(f, "update the driver to {version} or newer"),
            Self::UpdateWindowsDriver => f.write_str("update the driver of Windows, and install none in WSL"),
        }
    }
}

impl fmt::Display for Decision {
    /// `cu126: compute capability 6.1 on driver 580.126`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.label, self.reason)
    }
}

/// The sentence about GPUs that a build cannot use.
pub(super) fn left_out_warning(label: Label, left_out: &[LeftOut]) -> String {
    let gpus: Vec<String> = left_out.iter().map(|left| left.gpu.to_string()).collect();
    format!("the build {label} cannot use {}", joined(&gpus))
}
