//! Options about accelerators.

use clap::Args;

use crate::accelerator::{ComputeCapability, DriverVersion};
use crate::app::RequestedAccelerator;

/// Options about accelerators.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Accelerator options")]
pub(in crate::cli) struct AcceleratorArguments {
    /// Choose builds for the accelerator of this machine (`auto`), or for a named one (`cpu`, `cu126`, `rocm7.2`, `xpu`)
    /// [env: KINGBOLT_ACCELERATOR]
    #[arg(long, value_name = "auto|LABEL")]
    pub accelerator: Option<RequestedAccelerator>,
    #[command(flatten)]
    pub assumptions: AssumptionArguments,
    /// Fail instead of choosing a build for CPUs
    #[arg(long)]
    pub require_gpu: bool,
}

/// Options that state accelerators instead of those of the machine.
#[derive(Args, Clone, Debug, Default)]
pub(in crate::cli) struct AssumptionArguments {
    /// Driver of NVIDIA to assume instead of the one of this machine, such as `580.65.06` [env: KINGBOLT_ASSUME_DRIVER]
    #[arg(long, value_name = "VERSION")]
    pub assume_driver: Option<DriverVersion>,
    /// Compute capabilities of the GPUs to assume, such as `6.1,8.6` [env: KINGBOLT_ASSUME_COMPUTE]
    #[arg(long, value_name = "CAPABILITY", value_delimiter = ',')]
    pub assume_compute: Vec<ComputeCapability>,
}
