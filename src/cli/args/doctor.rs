//! Arguments of `doctor`.

use clap::Args;

use super::accelerator::AssumptionArguments;
use super::request::IndexArguments;

/// Arguments of `doctor`.
#[derive(Args, Debug)]
pub(in crate::cli) struct DoctorArguments {
    #[command(flatten)]
    pub assumptions: AssumptionArguments,
    #[command(flatten)]
    pub index: IndexArguments,
}
