//! Fetches what the sources of the machine say: files, programs and the registry. Decides nothing.

mod amd_files;
mod cuda_python;
mod nvidia_files;
mod nvidia_tool;
mod pci_files;
mod reader;
mod run;
mod system_files;
#[cfg(test)]
mod tests;
mod variables;
mod windows_devices;

pub use reader::Root;
pub use run::{Effort, Probe, probe};
