//! Reads what drivers and tools of vendors say. Text in, values out: nothing here is an error, since all of it may be garbage.

mod amd;
mod cuda_library;
mod gpu_information;
mod jetson;
mod kernel_driver;
mod library_name;
mod macos;
mod nvidia_smi;
mod pci;
mod tool_report;
mod windows;

pub(super) use amd::{
    Board, KfdNode, Memory, amd_smi_version, gfx_override, installed_rocm, is_integrated, rocm_version,
};
pub(super) use cuda_library::{CudaDevice, CudaLibrary, DRIVER_MISMATCH};
pub(super) use gpu_information::{GpuInformation, Use};
pub(super) use jetson::{is_tegra_family, is_tegra_kernel, jetson_of_version, jetson_release};
pub(super) use kernel_driver::{module_version, proc_version};
pub(super) use library_name::library_version;
pub(super) use macos::macos_version;
pub(super) use nvidia_smi::{Columns, SmiGpu, SmiTrouble, listed_gpus, queried_gpus, trouble};
pub(super) use pci::{AMD, INTEL, NVIDIA, PciDevice, is_display};
pub(super) use tool_report::ToolReport;
pub(super) use windows::{device_of, windows_driver};
