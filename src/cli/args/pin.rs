//! Arguments of `pin` and `unpin`.

use clap::Args;

/// Arguments of `pin` and `unpin`.
#[derive(Args, Debug)]
pub(in crate::cli) struct PinArguments {
    /// Names of apps
    #[arg(required = true, value_name = "APP")]
    pub apps: Vec<String>,
}
