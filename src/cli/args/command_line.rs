//! The command line as a whole, and its help.

use clap::{Parser, Subcommand};

use crate::cli::exit;
use crate::cli::text::filled;
use crate::cli::topics::{self, Topic};

use super::accelerator::AcceleratorArguments;
use super::cache::CacheCommand;
use super::completions::CompletionsArguments;
use super::doctor::DoctorArguments;
use super::ensurepath::EnsurepathArguments;
use super::exec::ExecArguments;
use super::global::GlobalArguments;
use super::help::HelpArguments;
use super::import::ImportArguments;
use super::inject::{InjectArguments, UninjectArguments};
use super::install::InstallArguments;
use super::list::ListArguments;
use super::man::ManArguments;
use super::pin::PinArguments;
use super::python::PythonArguments;
use super::python_command::PythonCommand;
use super::release::ReleaseCommand;
use super::rollback::RollbackArguments;
use super::run::RunArguments;
use super::sync::SyncArguments;
use super::uninstall::UninstallArguments;
use super::upgrade::UpgradeArguments;
use super::verify::VerifyArguments;

/// Installs Python apps, each in its own environment, and verifies every file.
#[derive(Debug, Parser)]
#[command(name = "kingbolt", bin_name = "kingbolt", version, max_term_width = 100, after_help = after_help())]
#[command(arg_required_else_help = true, disable_help_flag = true, disable_help_subcommand = true)]
pub(in crate::cli) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: GlobalArguments,
}

/// The end of the help: an example, directories, exit codes.
fn after_help() -> String {
    let directories = if cfg!(windows) { WINDOWS_DIRECTORIES } else { UNIX_DIRECTORIES };
    format!(
        "Example:\n  kingbolt install jupyterlab\n\nDirectories, and the variables that override them:\n{directories}\n\n{}\n\n\
         Topics of `kingbolt help TOPIC`:\n{}",
        exit::table(),
        topics()
    )
}

/// The names of the topics, in lines of at most 80 columns.
fn topics() -> String {
    let names: Vec<String> = topics::topics().iter().map(Topic::name).collect();
    filled(&format!("  {}", names.join(", ")), 80, "  ")
}

const UNIX_DIRECTORIES: &str = "  apps      ~/.local/share/kingbolt  KINGBOLT_HOME
  commands  ~/.local/bin             KINGBOLT_BIN_DIR
  cache     ~/.cache/kingbolt        KINGBOLT_CACHE_DIR
  locks     in apps and cache        KINGBOLT_LOCK_DIR";

const WINDOWS_DIRECTORIES: &str = r"  apps      %LOCALAPPDATA%\kingbolt        KINGBOLT_HOME
  commands  %USERPROFILE%\.local\bin       KINGBOLT_BIN_DIR
  cache     %LOCALAPPDATA%\kingbolt\cache  KINGBOLT_CACHE_DIR
  locks     in apps and cache              KINGBOLT_LOCK_DIR";

/// The commands.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Inspect or clean up the cache and unused wheels
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Print completions for a shell
    Completions(CompletionsArguments),
    /// Show each setting and where it comes from
    Config,
    /// Look for problems of this machine that matter to Kingbolt, and say how to fix them
    Doctor(DoctorArguments),
    /// Put the directory of commands on PATH for new terminals
    Ensurepath(EnsurepathArguments),
    /// Run any program in the environment of an app
    Exec(ExecArguments),
    /// Print the installed apps as a file for `install --file`
    Export,
    /// Print help on a command or a topic
    Help(HelpArguments),
    /// Install the apps of pipx or uv, as they were requested there
    Import(ImportArguments),
    /// Add packages to the environment of an app, or change their versions
    Inject(InjectArguments),
    /// Install apps, each in its own environment
    Install(InstallArguments),
    /// List installed apps, or newer versions of them; `-v` shows details
    List(ListArguments),
    /// Print a manual page
    Man(ManArguments),
    /// Keep `upgrade` from changing apps
    Pin(PinArguments),
    /// List, find, install and remove Pythons
    #[command(subcommand)]
    Python(PythonCommand),
    /// Make keys and sign releases, as a maintainer
    #[command(subcommand)]
    Release(ReleaseCommand),
    /// Go back to the previous generation, instantly and offline; run again to undo
    Rollback(RollbackArguments),
    /// Run an app, whether or not it is installed
    Run(RunArguments),
    /// Create an environment that matches a lock (pylock.toml) exactly
    Sync(SyncArguments),
    /// Remove packages that were added to the environment of an app
    Uninject(UninjectArguments),
    /// Remove apps completely
    Uninstall(UninstallArguments),
    /// Let `upgrade` change apps again
    Unpin(PinArguments),
    /// Upgrade apps; the old version stays if the new one fails
    Upgrade(UpgradeArguments),
    /// Compare every file of apps with what was installed
    Verify(VerifyArguments),
}

impl Command {
    /// The options for choosing a Python and those about accelerators; `None` for a command that chooses none, or that
    /// resolves no request.
    pub(in crate::cli) fn machine_options(&self) -> (Option<PythonArguments>, Option<AcceleratorArguments>) {
        let with_defaults = |pythons| (Some(pythons), Some(AcceleratorArguments::default()));
        match self {
            Self::Import(arguments) => with_defaults(arguments.pythons),
            Self::Inject(arguments) => with_defaults(arguments.pythons),
            Self::Install(arguments) => arguments.request.machine_options(),
            Self::List(arguments) if arguments.outdated => with_defaults(PythonArguments::default()),
            Self::Python(command) => (Some(command.pythons()), None),
            Self::Run(arguments) => arguments.request.machine_options(),
            Self::Sync(arguments) => (Some(arguments.pythons), None),
            Self::Uninject(arguments) => with_defaults(arguments.pythons),
            Self::Upgrade(arguments) => with_defaults(arguments.pythons),
            Self::Verify(arguments) => with_defaults(arguments.pythons),
            Self::Cache(_)
            | Self::Completions(_)
            | Self::Config
            | Self::Doctor(_)
            | Self::Ensurepath(_)
            | Self::Exec(_)
            | Self::Export
            | Self::Help(_)
            | Self::List(_)
            | Self::Man(_)
            | Self::Pin(_)
            | Self::Release(_)
            | Self::Rollback(_)
            | Self::Uninstall(_)
            | Self::Unpin(_) => (None, None),
        }
    }

    /// The name of the command.
    pub(in crate::cli) fn name(&self) -> &'static str {
        match self {
            Self::Cache(_) => "cache",
            Self::Completions(_) => "completions",
            Self::Config => "config",
            Self::Doctor(_) => "doctor",
            Self::Ensurepath(_) => "ensurepath",
            Self::Exec(_) => "exec",
            Self::Export => "export",
            Self::Help(_) => "help",
            Self::Import(_) => "import",
            Self::Inject(_) => "inject",
            Self::Install(_) => "install",
            Self::List(_) => "list",
            Self::Man(_) => "man",
            Self::Pin(_) => "pin",
            Self::Python(_) => "python",
            Self::Release(_) => "release",
            Self::Rollback(_) => "rollback",
            Self::Run(_) => "run",
            Self::Sync(_) => "sync",
            Self::Uninject(_) => "uninject",
            Self::Uninstall(_) => "uninstall",
            Self::Unpin(_) => "unpin",
            Self::Upgrade(_) => "upgrade",
            Self::Verify(_) => "verify",
        }
    }
}
