//! Arguments of `help`.

use clap::Args;

/// Arguments of `help`.
#[derive(Args, Debug)]
pub(in crate::cli) struct HelpArguments {
    /// Command, such as `install` or `cache prune`, or topic, such as `environment-variables` or a word of its name
    #[arg(value_name = "COMMAND|TOPIC")]
    pub words: Vec<String>,
}
