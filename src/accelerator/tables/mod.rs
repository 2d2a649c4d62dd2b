//! Facts of the vendors, as data with their sources.

mod drivers;
mod toolkits;

pub(super) use drivers::{DriverFamily, floor, last_branch, native};
pub(super) use toolkits::{THOR, THOR_IN_CUDA_12, toolkits};
