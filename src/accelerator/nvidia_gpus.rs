//! The GPUs of NVIDIA of a machine, of which several sources tell a part.

use super::findings::{Findings, NvidiaFindings, Reach, SmiAnswer};
use super::parse::{CudaDevice, GpuInformation, NVIDIA, SmiGpu, Use};
use super::tables::capability_of;
use super::{ComputeCapability, Gpu, Model};

/// The GPUs that the most reliable source names: `nvidia-smi`, the driver's library, the driver's files, the PCI bus. Only the
/// bus has GPUs without the driver.
pub(super) fn nvidia_gpus(findings: &Findings) -> Vec<Gpu> {
    let nvidia = &findings.nvidia;
    if let SmiAnswer::Gpus(gpus) = &nvidia.smi {
        return gpus.iter().map(|gpu| of_smi(gpu, findings)).collect();
    }
    if let Some(library) = nvidia.library.as_ref().filter(|library| !library.devices.is_empty()) {
        return library.devices.iter().map(of_library).collect();
    }
    let informed: Vec<Gpu> = reachable(nvidia).map(|gpu| of_information(gpu, findings)).collect();
    if !informed.is_empty() {
        return informed;
    }
    let is_tegra = nvidia.nodes.reach == Reach::Tegra;
    let on_bus: Vec<Gpu> = findings
        .pci_of(NVIDIA)
        .map(|gpu| Gpu {
            name: format!("NVIDIA GPU {:04x}", gpu.device.device),
            model: Model::Nvidia(capability_of(gpu.device.device)),
            uuid: None,
            bus: Some(gpu.bus.clone()),
        })
        .collect();
    if on_bus.is_empty() && is_tegra {
        return vec![Gpu { name: "NVIDIA Tegra GPU".to_owned(), ..Gpu::assumed(None) }];
    }
    on_bus
}

/// True if files alone tell the capability of all GPUs that can be reached from here.
pub(super) fn are_told_by_files(findings: &Findings) -> bool {
    let nvidia = &findings.nvidia;
    let gpus = nvidia_gpus(findings);
    let is_known = |gpu: &Gpu| matches!(gpu.model, Model::Nvidia(Some(_)));
    // The bus shows the GPUs of the host in a container, too.
    let are_here = !nvidia.informed.is_empty() || nvidia.nodes.minors.len() == gpus.len();
    nvidia.nodes.reach == Reach::DeviceFiles && !gpus.is_empty() && gpus.iter().all(is_known) && are_here
}

/// The GPUs in the driver's files whose device file is here. A container shows the files of all GPUs of its host.
fn reachable(nvidia: &NvidiaFindings) -> impl Iterator<Item = &GpuInformation> {
    let minors = &nvidia.nodes.minors;
    let is_here = |gpu: &&GpuInformation| {
        gpu.use_of == Use::Free && gpu.minor.is_none_or(|minor| minors.is_empty() || minors.contains(&minor))
    };
    nvidia.informed.iter().filter(is_here)
}

fn of_smi(gpu: &SmiGpu, findings: &Findings) -> Gpu {
    let library = findings.nvidia.library.as_ref();
    let device = library
        .and_then(|library| library.devices.iter().find(|device| device.uuid.is_some() && device.uuid == gpu.uuid));
    let inferred =
        || device.and_then(|device| device.capability).or_else(|| capability_on(gpu.bus.as_deref(), findings));
    // A Jetson has one GPU, whose UUIDs differ from source to source.
    let only = || match library?.devices.as_slice() {
        [only] => only.capability,
        _ => None,
    };
    Gpu {
        name: gpu.name.clone(),
        model: Model::Nvidia(gpu.capability.or_else(inferred).or_else(only)),
        uuid: gpu.uuid.clone(),
        bus: gpu.bus.clone(),
    }
}

fn of_library(device: &CudaDevice) -> Gpu {
    Gpu {
        name: device.name.clone(),
        model: Model::Nvidia(device.capability),
        uuid: device.uuid.clone(),
        bus: device.bus.clone(),
    }
}

fn of_information(gpu: &GpuInformation, findings: &Findings) -> Gpu {
    Gpu {
        name: gpu.model.clone().unwrap_or_else(|| "NVIDIA GPU".to_owned()),
        model: Model::Nvidia(capability_on(gpu.bus.as_deref(), findings)),
        uuid: gpu.uuid.clone(),
        bus: gpu.bus.clone(),
    }
}

/// The capability of the chip at an address, by its number.
fn capability_on(bus: Option<&str>, findings: &Findings) -> Option<ComputeCapability> {
    let found = findings.pci_of(NVIDIA).find(|gpu| Some(gpu.bus.as_str()) == bus)?;
    capability_of(found.device.device)
}
