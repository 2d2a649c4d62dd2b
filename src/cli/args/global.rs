//! Options of every command.

use std::num::NonZeroU8;

use clap::{ArgAction, Args, ValueEnum};

/// Options of every command.
#[derive(Args, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that was typed or not; `settings` gives them meaning"
)]
#[command(next_help_heading = "Global options")]
pub(in crate::cli) struct GlobalArguments {
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
    /// Use the apps of all users, in /opt/kingbolt with commands in /usr/local/bin (Windows: %ProgramData%\kingbolt)
    /// [env: KINGBOLT_GLOBAL_HOME, KINGBOLT_GLOBAL_BIN_DIR]
    #[arg(long = "global", global = true)]
    pub for_all_users: bool,
    /// Disable the network; use only cached, stored and local files [env: KINGBOLT_OFFLINE]
    #[arg(long, global = true)]
    pub offline: bool,
    /// Maximum number of parallel downloads and installs [default: 8, or the number of processors if higher]
    #[arg(long, global = true, value_name = "N", value_parser = jobs)]
    pub jobs: Option<NonZeroU8>,
    /// Print help
    // Short or long, the help is the one that fits a screen.
    #[arg(long, short, global = true, action = ArgAction::HelpShort)]
    help: Option<bool>,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(in crate::cli) enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// Parses a number of threads.
fn jobs(text: &str) -> Result<NonZeroU8, String> {
    text.parse().map_err(|_| format!("expected a whole number from 1 to {}", u8::MAX))
}
