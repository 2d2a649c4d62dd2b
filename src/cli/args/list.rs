//! Arguments of `list`.

use clap::Args;

/// Arguments of `list`.
#[derive(Args, Debug)]
pub(in crate::cli) struct ListArguments {
    /// Apps to list [default: all]
    #[arg(value_name = "APP")]
    pub apps: Vec<String>,
    /// List also the environments that `run` keeps
    #[arg(long, conflicts_with_all = ["apps", "outdated", "commands"])]
    pub all: bool,
    /// List only apps with newer versions: those that `upgrade` would install, and those that something holds back
    #[arg(long)]
    pub outdated: bool,
    /// List each command with its app
    #[arg(long, conflicts_with = "outdated")]
    pub commands: bool,
}
