//! The command line as typed. Parsing only: `settings` decides its meaning.
#![expect(clippy::doc_markdown, reason = "the doc comments here are what `--help` shows")]

use std::borrow::Cow;
use std::ffi::OsString;
use std::num::{NonZeroU8, NonZeroUsize};
use std::path::PathBuf;

use clap::{ArgAction, ArgGroup, Args, Parser, Subcommand, ValueEnum};

use crate::app::KEPT;

use super::exit;

/// Installs Python apps, each in its own environment, and verifies every file.
#[derive(Debug, Parser)]
#[command(name = "kingbolt", bin_name = "kingbolt", version, max_term_width = 100, after_help = after_help())]
#[command(arg_required_else_help = true, disable_help_flag = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub global: GlobalArguments,
}

/// Options of every command.
#[derive(Args, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that was typed or not; `settings` gives them meaning"
)]
#[command(next_help_heading = "Global options")]
pub(super) struct GlobalArguments {
    /// Print one JSON document on stdout instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Print only errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more: steps, skipped interpreters, retries; with `list`, details of each app
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// Hide progress bars
    #[arg(long, global = true)]
    pub no_progress: bool,
    /// Use colour; `auto` means in a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
    /// Disable the network; use only cached, stored and local files [env: KINGBOLT_OFFLINE]
    #[arg(long, global = true)]
    pub offline: bool,
    /// Maximum number of parallel downloads and installs [default: 8, or the number of processors if higher]
    #[arg(long, global = true, value_name = "N")]
    pub jobs: Option<NonZeroU8>,
    /// Print help
    // Short or long, the help is the one that fits a screen.
    #[arg(long, short, global = true, action = ArgAction::HelpShort)]
    help: Option<bool>,
}

/// The end of the help: an example, directories, exit codes.
fn after_help() -> String {
    let directories = if cfg!(windows) { WINDOWS_DIRECTORIES } else { UNIX_DIRECTORIES };
    format!(
        "Example:\n  kingbolt install jupyterlab\n\nDirectories, and the variables that override them:\n{directories}\n\n{}",
        exit::table()
    )
}

const UNIX_DIRECTORIES: &str = "  apps      ~/.local/share/kingbolt  KINGBOLT_HOME
  commands  ~/.local/bin             KINGBOLT_BIN_DIR
  cache     ~/.cache/kingbolt        KINGBOLT_CACHE_DIR
  locks     in apps and cache        KINGBOLT_LOCK_DIR";

const WINDOWS_DIRECTORIES: &str = r"  apps      %LOCALAPPDATA%\kingbolt        KINGBOLT_HOME
  commands  %USERPROFILE%\.local\bin       KINGBOLT_BIN_DIR
  cache     %LOCALAPPDATA%\kingbolt\cache  KINGBOLT_CACHE_DIR
  locks     in apps and cache              KINGBOLT_LOCK_DIR";

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
    /// Inspect or clean up the cache and unused wheels
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Print completions for a shell
    Completions(CompletionsArguments),
    /// Add packages to the environment of an app, or change their versions
    Inject(InjectArguments),
    /// Install apps, each in its own environment
    Install(InstallArguments),
    /// List installed apps; `-v` shows details
    List,
    /// Print a manual page
    Man(ManArguments),
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
    /// Upgrade apps; the old version stays if the new one fails
    Upgrade(UpgradeArguments),
    /// Compare every file of the current generation of apps with what was installed
    Verify(VerifyArguments),
}

impl Command {
    /// The name of the command.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Cache(_) => "cache",
            Self::Completions(_) => "completions",
            Self::Inject(_) => "inject",
            Self::Install(_) => "install",
            Self::List => "list",
            Self::Man(_) => "man",
            Self::Rollback(_) => "rollback",
            Self::Run(_) => "run",
            Self::Sync(_) => "sync",
            Self::Uninject(_) => "uninject",
            Self::Uninstall(_) => "uninstall",
            Self::Upgrade(_) => "upgrade",
            Self::Verify(_) => "verify",
        }
    }
}

/// Commands of `cache`.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Remove the whole cache, and stored wheels that no app uses
    Clear(SweepArguments),
    /// Print the path of the cache directory
    Dir,
    /// Remove partial downloads, old files, and stored wheels that no app uses
    Prune(SweepArguments),
    /// Print the size of the cache, and of stored wheels that no app uses
    Size,
}

/// Arguments of `cache clear` and `cache prune`.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct SweepArguments {
    /// List the files that would be removed, without changing anything
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub(super) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// A shell with completions.
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
    /// Command to describe, such as `install` or `cache prune` [default: kingbolt itself]
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// Arguments of `rollback`.
#[derive(Args, Debug)]
pub(super) struct RollbackArguments {
    /// App to roll back
    #[arg(value_name = "APP")]
    pub app: String,
    /// Number of the generation, as shown by `list -v` [default: the previous one]
    #[arg(long, value_name = "GENERATION")]
    pub to: Option<u32>,
}

/// Arguments of `upgrade`.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("which").args(["apps", "all"]).required(true)))]
pub(super) struct UpgradeArguments {
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
    /// Number of generations to keep, including the new one
    #[arg(long, value_name = "N", default_value_t = KEPT, value_parser = count)]
    pub keep: NonZeroUsize,
}

/// Parses a number of at least one.
fn count(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "expected a whole number of at least 1".to_owned())
}

/// Arguments of `verify`.
#[derive(Args, Debug)]
pub(super) struct VerifyArguments {
    /// Apps to verify [default: all]
    #[arg(value_name = "APP")]
    pub apps: Vec<String>,
    /// Rebuild damaged files from the store, the cache or their source, and remove cached bytecode
    #[arg(long)]
    pub repair: bool,
    /// Verify the generations behind the current one too
    #[arg(long)]
    pub all_generations: bool,
}

/// Arguments of `inject`.
#[derive(Args, Debug)]
pub(super) struct InjectArguments {
    /// App
    pub app: String,
    /// Packages to add: requirements (`rich`, `pandas>=2`)
    #[arg(required = true, value_name = "REQUIREMENT")]
    pub requirements: Vec<String>,
}

/// Arguments of `uninject`.
#[derive(Args, Debug)]
pub(super) struct UninjectArguments {
    /// App
    pub app: String,
    /// Packages to remove
    #[arg(required = true, value_name = "PACKAGE")]
    pub packages: Vec<String>,
}

/// Arguments of `install`.
#[derive(Args, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that was typed or not; the command gives them meaning"
)]
pub(super) struct InstallArguments {
    /// Apps to install: requirements (`httpie`, `black[d]>=24`, `name @ https://…whl`), wheel files, or source code to
    /// build: directories (`.`), archives (`.tar.gz`, `.zip`) or repositories (`git+https://…@tag`)
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Name of the app [default: the package's name]
    #[arg(long)]
    pub name: Option<String>,
    /// Reinstall even if nothing changed, and replace commands that Kingbolt did not create
    #[arg(long)]
    pub force: bool,
    /// Forget the options of the last installation; else extras, `--with`, the Python, restrictions and indexes stay
    #[arg(long)]
    pub replace: bool,
    /// Show packages and versions without changing anything; with `--verbose` also the steps
    #[arg(long)]
    pub dry_run: bool,
    /// Leave the source code of directories where it is: changes there take effect at once
    #[arg(long, short)]
    pub editable: bool,
    #[command(flatten)]
    pub request: RequestArguments,
}

/// Arguments of `run`.
#[derive(Args, Debug)]
#[command(override_usage = "kingbolt run [OPTIONS] SOURCE [ARGUMENTS]...")]
pub(super) struct RunArguments {
    /// App, command or package to run, followed by its arguments; a package need not be installed
    // One list: only then does clap pass on options after the source that have the names of ours.
    #[arg(required = true, trailing_var_arg = true, value_name = "SOURCE")]
    line: Vec<OsString>,
    /// Command to run, if its name differs from the package
    #[arg(long, value_name = "COMMAND")]
    pub command: Option<String>,
    #[command(flatten)]
    pub request: RequestArguments,
}

impl RunArguments {
    /// The app, command or package to run.
    pub(super) fn source(&self) -> Cow<'_, str> {
        self.line.first().map(|source| source.to_string_lossy()).unwrap_or_default()
    }

    /// Arguments for it.
    pub(super) fn arguments(&self) -> &[OsString] {
        self.line.get(1..).unwrap_or_default()
    }
}

/// Options that determine the content of an app's environment.
#[derive(Args, Debug)]
pub(super) struct RequestArguments {
    /// Python to use: a version (`3.12`), a specifier (`>=3.10`) or a path
    #[arg(long, value_name = "VERSION|PATH")]
    pub python: Option<String>,
    /// Extra of the package to install
    #[arg(long = "extra", value_name = "EXTRA")]
    pub extras: Vec<String>,
    /// Additional requirement to install into the same environment
    #[arg(long = "with", value_name = "REQUIREMENT")]
    pub with: Vec<String>,
    /// Setting for the build of source code, as its build backend names it
    #[arg(long = "config-setting", short = 'C', value_name = "KEY=VALUE")]
    pub config_settings: Vec<String>,
    /// How to put files into the environment: share them with the store, and so with other apps, where possible (`file`),
    /// or copy them, so that nothing is shared (`copy`)
    #[arg(long, value_enum, value_name = "MODE", default_value_t = LinkMode::File)]
    pub link_mode: LinkMode,
    /// Let the PYTHONPATH and PYTHONHOME of whoever starts the app reach it; otherwise it never sees them
    #[arg(long)]
    pub keep_pythonpath: bool,
    /// Accept wheels of which nobody states a hash even over plain HTTP, where anyone can replace them
    #[arg(long, conflicts_with = "require_hashes")]
    pub allow_unhashed: bool,
    /// Refuse wheels from a server of which nobody states a hash
    #[arg(long)]
    pub require_hashes: bool,
    #[command(flatten)]
    pub versions: VersionArguments,
    #[command(flatten)]
    pub index: IndexArguments,
}

/// Rules for choosing versions.
#[derive(Args, Debug)]
#[command(next_help_heading = "Version options")]
pub(super) struct VersionArguments {
    /// Install pre-releases too
    #[arg(long, conflicts_with = "pre_packages")]
    pub pre: bool,
    /// Package of which to install pre-releases too
    #[arg(long = "pre-package", value_name = "NAME")]
    pub pre_packages: Vec<String>,
    /// File of versions that packages must have if they are installed [env: UV_CONSTRAINT, PIP_CONSTRAINT]
    #[arg(long = "constraint", value_name = "FILE")]
    pub constraints: Vec<String>,
    /// File of requirements that replace those of packages [env: UV_OVERRIDE]
    #[arg(long = "override", value_name = "FILE")]
    pub overrides: Vec<String>,
}

impl VersionArguments {
    fn is_default(&self) -> bool {
        !self.pre && self.pre_packages.is_empty() && self.constraints.is_empty() && self.overrides.is_empty()
    }
}

impl RequestArguments {
    /// True if no option that determines the content was given.
    pub(super) fn is_default(&self) -> bool {
        self.python.is_none()
            && self.extras.is_empty()
            && self.with.is_empty()
            && !self.keep_pythonpath
            && self.config_settings.is_empty()
            && !self.allow_unhashed
            && !self.require_hashes
            && self.versions.is_default()
    }
}

/// Where to look for packages.
#[derive(Args, Debug)]
#[command(next_help_heading = "Index options")]
pub(super) struct IndexArguments {
    /// URL of the package index [env: KINGBOLT_INDEX_URL] [default: pip's and uv's settings]
    #[arg(long, value_name = "URL")]
    pub index_url: Option<String>,
    /// Additional index, searched before the main one; the first index with a package provides it
    #[arg(long = "extra-index-url", value_name = "URL")]
    pub extra_index_urls: Vec<String>,
    /// Directory of wheels, or page with links to wheels
    #[arg(long = "find-links", value_name = "DIR|URL")]
    pub find_links: Vec<String>,
}

/// How files are put into an environment.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(super) enum LinkMode {
    Copy,
    File,
}

/// Arguments of `sync`.
#[derive(Args, Debug)]
pub(super) struct SyncArguments {
    /// Lock file
    pub lock: PathBuf,
    /// Directory of the environment
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
    /// Python to use: a version (`3.12`), a specifier (`>=3.10`) or a path
    #[arg(long, value_name = "VERSION|PATH")]
    pub python: Option<String>,
    /// Extra of the lock to install
    #[arg(long = "extra", value_name = "EXTRA")]
    pub extras: Vec<String>,
    /// How to put files into the environment: share them with the store, and so with other apps, where possible (`file`),
    /// or copy them, so that nothing is shared (`copy`)
    #[arg(long, value_enum, value_name = "MODE", default_value_t = LinkMode::File)]
    pub link_mode: LinkMode,
    /// Rebuild the environment even if it matches the lock
    #[arg(long)]
    pub force: bool,
    /// Show the steps without changing anything
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `uninstall`.
#[derive(Args, Debug)]
pub(super) struct UninstallArguments {
    /// Apps to remove
    #[arg(required_unless_present = "all", conflicts_with = "all", value_name = "APP")]
    pub apps: Vec<String>,
    /// Remove all installed apps
    #[arg(long)]
    pub all: bool,
}
