//! Arguments of `python`.

use clap::{Args, Subcommand};

use super::python::PythonArguments;

/// Commands of `python`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum PythonCommand {
    /// Print the path of the Python that an app would get; nothing is downloaded
    Find(FindArguments),
    /// Download and install Pythons that Kingbolt manages
    Install(InstallPythonArguments),
    /// List the Pythons of this machine: those that Kingbolt manages, and others with where they come from
    List(ListPythonsArguments),
    /// Remove Pythons that Kingbolt manages
    Uninstall(UninstallPythonArguments),
}

/// Arguments of `python find`.
#[derive(Args, Debug)]
pub(in crate::cli) struct FindArguments {
    /// Version (3.12), specifier (>=3.10), command or path [default: the Python of apps that name none]
    #[arg(value_name = "PYTHON")]
    pub python: Option<String>,
    #[command(flatten)]
    pub pythons: PythonArguments,
}

/// Arguments of `python install`.
#[derive(Args, Debug)]
pub(in crate::cli) struct InstallPythonArguments {
    /// Versions (3.12, 3.12.14) or specifiers (>=3.10) [default: the newest]
    #[arg(value_name = "VERSION")]
    pub versions: Vec<String>,
    /// Print what would be downloaded, without changing anything
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `python list`.
#[derive(Args, Clone, Copy, Debug)]
pub(in crate::cli) struct ListPythonsArguments {
    /// List the versions that `python install` can download, too
    #[arg(long)]
    pub all_versions: bool,
    #[command(flatten)]
    pub pythons: PythonArguments,
}

/// Arguments of `python uninstall`.
#[derive(Args, Debug)]
pub(in crate::cli) struct UninstallPythonArguments {
    /// Versions (3.12, 3.12.14) or names of builds
    #[arg(required = true, value_name = "VERSION")]
    pub versions: Vec<String>,
    /// Remove Pythons that apps use; these apps break
    #[arg(long)]
    pub force: bool,
    /// List what would be removed, without changing anything
    #[arg(long)]
    pub dry_run: bool,
}

impl PythonCommand {
    /// The options that choose a Python.
    pub(in crate::cli) fn pythons(&self) -> PythonArguments {
        match self {
            Self::Find(arguments) => arguments.pythons,
            Self::List(arguments) => arguments.pythons,
            Self::Install(_) | Self::Uninstall(_) => PythonArguments::default(),
        }
    }
}
