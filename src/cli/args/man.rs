//! Arguments of `man`.

use clap::Args;

/// Arguments of `man`.
#[derive(Args, Debug)]
pub(in crate::cli) struct ManArguments {
    /// Command to describe, such as `install` or `cache prune` [default: kingbolt itself]
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}
