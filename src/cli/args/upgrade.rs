//! Arguments of `upgrade`.

use std::num::NonZeroUsize;

use clap::{ArgGroup, Args};

use crate::app::KEPT;

use super::python::PythonArguments;
use super::request::{BuildArguments, UploadArguments};

/// Arguments of `upgrade`.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("which").args(["apps", "all"]).required(true)))]
pub(in crate::cli) struct UpgradeArguments {
    /// Apps to upgrade
    #[arg(value_name = "APP")]
    pub apps: Vec<String>,
    /// Upgrade all installed apps
    #[arg(long)]
    pub all: bool,
    /// Show version changes without changing anything; with `--verbose` also the steps
    #[arg(long)]
    pub dry_run: bool,
    /// Python to use from now on: a version (`3.12`), a specifier (`>=3.10`) or a path
    #[arg(long, value_name = "VERSION|PATH")]
    pub python: Option<String>,
    /// Do not import the commands of the new version before switching to it
    #[arg(long)]
    pub no_smoke: bool,
    #[command(flatten)]
    pub builds: BuildArguments,
    /// Number of generations to keep, including the new one
    #[arg(long, value_name = "N", default_value_t = KEPT, value_parser = count)]
    pub keep: NonZeroUsize,
    #[command(flatten)]
    pub uploads: UploadArguments,
    #[command(flatten)]
    pub pythons: PythonArguments,
}

/// Parses a number of at least one.
fn count(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "expected a whole number of at least 1".to_owned())
}
