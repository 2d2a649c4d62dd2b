//! Arguments of `import`.

use clap::{Args, ValueEnum};

use super::python::PythonArguments;

/// Arguments of `import`.
#[derive(Args, Clone, Copy, Debug)]
pub(in crate::cli) struct ImportArguments {
    /// The tool whose apps to install
    #[arg(long, value_enum, value_name = "TOOL")]
    pub from: ForeignTool,
    /// Show the commands, packages and versions, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Remove each app from the other tool, with its own `uninstall`, once it is installed here
    #[arg(long, conflicts_with = "dry_run")]
    pub remove: bool,
    #[command(flatten)]
    pub pythons: PythonArguments,
}

/// A tool that installs apps.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(in crate::cli) enum ForeignTool {
    Pipx,
    Uv,
}
