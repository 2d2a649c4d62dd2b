//! Arguments of `rollback`.

use clap::Args;

/// Arguments of `rollback`.
#[derive(Args, Debug)]
pub(in crate::cli) struct RollbackArguments {
    /// App to roll back
    #[arg(value_name = "APP")]
    pub app: String,
    /// Number of the generation, as shown by `list -v` [default: the previous one]
    #[arg(long, value_name = "GENERATION")]
    pub to: Option<u32>,
}
