//! Arguments of `completions`.

use clap::{Args, ValueEnum};

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub(in crate::cli) struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// A shell with completions.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(in crate::cli) enum Shell {
    Bash,
    Elvish,
    Fish,
    #[value(name = "powershell")]
    Pwsh,
    Zsh,
}
