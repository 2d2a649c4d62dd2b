//! Facts of the vendors, as data with their sources.

mod drivers;
mod intel;
mod jetpack;
mod pci_ids;
mod toolkits;

pub(super) use drivers::{DriverFamily, floor, last_branch, native};
pub(super) use intel::supports_xpu;
pub(super) use jetpack::{jetpack, jetson_of_jetpack};
pub(super) use pci_ids::capability_of;
pub(super) use toolkits::{THOR, THOR_IN_CUDA_12, toolkits};
