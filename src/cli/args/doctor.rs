//! Arguments of `doctor`.

use clap::Args;

use super::request::IndexArguments;
use crate::accelerator::{ComputeCapability, DriverVersion};

/// Arguments of `doctor`.
#[derive(Args, Debug)]
pub(in crate::cli) struct DoctorArguments {
    /// Driver of NVIDIA to assume instead of the one of this machine, such as `580.65.06` [env: KINGBOLT_ASSUME_DRIVER]
    #[arg(long, value_name = "VERSION")]
    pub assume_driver: Option<DriverVersion>,
    /// Compute capabilities of the GPUs to assume, such as `6.1,8.6` [env: KINGBOLT_ASSUME_COMPUTE]
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',')]
    pub assume_compute: Vec<ComputeCapability>,
    #[command(flatten)]
    pub index: IndexArguments,
}
