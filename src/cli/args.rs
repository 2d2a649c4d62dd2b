//! The command line as typed. Parsing only: what it means is decided in `settings`.
#![expect(clippy::doc_markdown, reason = "the doc comments here are what `--help` shows")]

use std::borrow::Cow;
use std::ffi::OsString;
use std::num::{NonZeroU8, NonZeroUsize};
use std::path::PathBuf;

use clap::{ArgAction, ArgGroup, Args, Parser, Subcommand, ValueEnum};

use crate::app::KEPT;

use super::exit;

/// Gets a released Python package onto this machine: makes an environment for it, verifies every file, and puts its
/// commands on PATH.
#[derive(Debug, Parser)]
#[command(name = "kingbolt", bin_name = "kingbolt", version, max_term_width = 100, after_help = after_help())]
#[command(arg_required_else_help = true, disable_help_flag = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: GlobalArguments,
}

/// What every command takes.
#[derive(Args, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that was typed or not; `settings` gives them meaning"
)]
#[command(next_help_heading = "Everywhere")]
pub(super) struct GlobalArguments {
    /// Print one JSON document on stdout instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing but errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: which interpreters are passed over, what is tried again; with `list`, where things lie
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// Draw no progress bars, not even on a terminal
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// When to use colour; `auto` means on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
    /// Use no network: only what is cached, stored or local [env: KINGBOLT_OFFLINE]
    #[arg(long, global = true)]
    pub offline: bool,
    /// How many downloads and unpackings run at once [default: 8, or as many as there are processors]
    #[arg(long, global = true, value_name = "N")]
    pub jobs: Option<NonZeroU8>,
    /// Print help
    // Short or long, the help is the one that fits a screen.
    #[arg(long, short, global = true, action = ArgAction::HelpShort)]
    help: Option<bool>,
}

/// What stands below the help: how to begin, where things lie, exit codes.
fn after_help() -> String {
    let places = if cfg!(windows) { WINDOWS_PLACES } else { UNIX_PLACES };
    format!(
        "Begin with:\n  kingbolt install jupyterlab\n\nDirectories, and the variables that move them:\n{places}\n\n{}",
        exit::table()
    )
}

const UNIX_PLACES: &str = "  applications  ~/.local/share/kingbolt  KINGBOLT_HOME
  commands      ~/.local/bin             KINGBOLT_BIN_DIR
  downloads     ~/.cache/kingbolt        KINGBOLT_CACHE_DIR";

const WINDOWS_PLACES: &str = r"  applications  %LOCALAPPDATA%\kingbolt        KINGBOLT_HOME
  commands      %USERPROFILE%\.local\bin      KINGBOLT_BIN_DIR
  downloads     %LOCALAPPDATA%\kingbolt\cache  KINGBOLT_CACHE_DIR";

/// When to use colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Show what may be removed without hurting anything installed, or remove it
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Print the completions of a shell
    Completions(CompletionsArguments),
    /// Install packages, each in its own environment, with their commands
    Install(InstallArguments),
    /// List the installed applications; `-v` tells more of each
    List,
    /// Print a manual page
    Man(ManArguments),
    /// Go back to what was installed before; done twice, forth again
    Rollback(RollbackArguments),
    /// Run a command of an application, installed or not
    Run(RunArguments),
    /// Make an environment with exactly the packages of a lock (pylock.toml)
    Sync(SyncArguments),
    /// Remove applications and everything that was installed for them
    Uninstall(UninstallArguments),
    /// Bring applications to the newest that was asked for, tried before it replaces what works
    Upgrade(UpgradeArguments),
    /// Compare applications with what was installed, file by file
    Verify(VerifyArguments),
}

/// What to do with the cache.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Remove everything that can be fetched again
    Clear,
    /// Print the directory of the cache
    Dir,
    /// Remove what was broken off, what is old, and stored wheels that nothing needs
    Prune,
    /// Print how much could be removed
    Size,
}

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// A shell that completes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum Shell {
    Bash,
    Elvish,
    Fish,
    #[value(name = "powershell")]
    Pwsh,
    Zsh,
}

/// Arguments of `man`.
#[derive(Args, Debug)]
pub(super) struct ManArguments {
    /// The command, such as `install` or `cache prune` [default: kingbolt itself]
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// Arguments of `rollback`.
#[derive(Args, Debug)]
pub(super) struct RollbackArguments {
    /// The application
    #[arg(value_name = "APP")]
    pub app: String,
    /// Number of the generation, as `list -v` shows it [default: the one before]
    #[arg(long, value_name = "GENERATION")]
    pub to: Option<u32>,
}

/// Arguments of `upgrade`.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("which").args(["apps", "all"]).required(true)))]
pub(super) struct UpgradeArguments {
    /// The applications
    #[arg(value_name = "APP")]
    pub apps: Vec<String>,
    /// Every installed application
    #[arg(long)]
    pub all: bool,
    /// Print what would change, version by version, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How many generations stay, the new one included
    #[arg(long, value_name = "N", default_value_t = KEPT, value_parser = count)]
    pub keep: NonZeroUsize,
}

/// A number of things of which there has to be one.
fn count(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "expected a whole number of at least 1".to_owned())
}

/// Arguments of `verify`.
#[derive(Args, Debug)]
pub(super) struct VerifyArguments {
    /// The applications [default: all]
    #[arg(value_name = "APP")]
    pub apps: Vec<String>,
    /// Make what is damaged anew, from the store, the cache or where it came from
    #[arg(long)]
    pub repair: bool,
}

/// Arguments of `install`.
#[derive(Args, Debug)]
pub(super) struct InstallArguments {
    /// What to install: a requirement (`httpie`, `black[d]>=24`, `name @ https://…whl`) or a wheel
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Name of the application [default: the package's name]
    #[arg(long)]
    pub name: Option<String>,
    /// Install again even if nothing changed, and replace files in the bin directory that are not ours
    #[arg(long)]
    pub force: bool,
    /// Print what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub request: RequestArguments,
}

/// Arguments of `run`.
#[derive(Args, Debug)]
#[command(override_usage = "kingbolt run [OPTIONS] SOURCE [ARGUMENTS]...")]
pub(super) struct RunArguments {
    /// An installed application or one of its commands, or a package to run without installing it; all that follows goes to it
    // One list, because only so clap leaves options alone that follow the source and have the names of ours.
    #[arg(required = true, trailing_var_arg = true, value_name = "SOURCE")]
    line: Vec<OsString>,
    /// The command to run, where it is not called like the package
    #[arg(long, value_name = "COMMAND")]
    pub command: Option<String>,
    #[command(flatten)]
    pub request: RequestArguments,
}

impl RunArguments {
    /// What to run.
    pub(super) fn source(&self) -> Cow<'_, str> {
        self.line.first().map(|source| source.to_string_lossy()).unwrap_or_default()
    }

    /// What to pass to it.
    pub(super) fn arguments(&self) -> &[OsString] {
        self.line.get(1..).unwrap_or_default()
    }
}

/// What decides the content of an application's environment.
#[derive(Args, Debug)]
pub(super) struct RequestArguments {
    /// Python to use: a version (`3.12`), a specifier (`>=3.10`) or a path
    #[arg(long, value_name = "VERSION|PATH")]
    pub python: Option<String>,
    /// Extra of the package to install as well
    #[arg(long = "extra", value_name = "EXTRA")]
    pub extras: Vec<String>,
    /// Further requirement to install into the same environment
    #[arg(long = "with", value_name = "REQUIREMENT")]
    pub with: Vec<String>,
    /// How files get into the environment: shared with the store where the file system can (`file`), or copied
    #[arg(long, value_enum, value_name = "MODE", default_value_t = LinkMode::File)]
    pub link_mode: LinkMode,
    #[command(flatten)]
    pub index: IndexArguments,
}

impl RequestArguments {
    /// Whether none of what decides the content was typed.
    pub(super) fn is_default(&self) -> bool {
        self.python.is_none() && self.extras.is_empty() && self.with.is_empty()
    }
}

/// Where packages are looked for.
#[derive(Args, Debug)]
#[command(next_help_heading = "Index")]
pub(super) struct IndexArguments {
    /// Base address of the package index [env: KINGBOLT_INDEX_URL, else pip's and uv's settings]
    #[arg(long, value_name = "URL")]
    pub index_url: Option<String>,
    /// Further index, asked before the main one; the first that knows a package serves it
    #[arg(long = "extra-index-url", value_name = "URL")]
    pub extra_index_urls: Vec<String>,
    /// Directory of wheels, or page with links to wheels
    #[arg(long = "find-links", value_name = "DIR|URL")]
    pub find_links: Vec<String>,
}

/// How files get from the store into an environment.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum LinkMode {
    Copy,
    File,
}

/// Arguments of `sync`.
#[derive(Args, Debug)]
pub(super) struct SyncArguments {
    /// The lock file
    pub lock: PathBuf,
    /// The environment's directory
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
    /// Python to use: a version (`3.12`), a specifier (`>=3.10`) or a path
    #[arg(long, value_name = "VERSION|PATH")]
    pub python: Option<String>,
    /// Extra of the lock to install as well
    #[arg(long = "extra", value_name = "EXTRA")]
    pub extras: Vec<String>,
    /// How files get into the environment: shared with the store where the file system can (`file`), or copied
    #[arg(long, value_enum, value_name = "MODE", default_value_t = LinkMode::File)]
    pub link_mode: LinkMode,
    /// Make it anew, although it is as the lock says
    #[arg(long)]
    pub force: bool,
    /// Print what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `uninstall`.
#[derive(Args, Debug)]
pub(super) struct UninstallArguments {
    /// The applications to remove
    #[arg(required = true, value_name = "APP")]
    pub apps: Vec<String>,
}
