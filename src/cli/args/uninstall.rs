//! Arguments of `uninstall`.

use clap::Args;

/// Arguments of `uninstall`.
#[derive(Args, Debug)]
pub(in crate::cli) struct UninstallArguments {
    /// Apps to remove
    #[arg(required_unless_present = "all", conflicts_with = "all", value_name = "APP")]
    pub apps: Vec<String>,
    /// Remove all installed apps
    #[arg(long)]
    pub all: bool,
    /// List the files that would be removed, without changing anything
    #[arg(long)]
    pub dry_run: bool,
}
