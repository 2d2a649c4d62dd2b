//! `kingbolt completions`.

use clap::CommandFactory;
use clap_complete::{Shell as Format, generate};

use crate::cli::args::{Arguments, CompletionsArguments, Shell};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::print_verbatim;

/// Prints what a shell has to read to complete our command line.
pub(crate) fn run(arguments: &CompletionsArguments) -> Result<Exit, CliError> {
    let format = match arguments.shell {
        Shell::Bash => Format::Bash,
        Shell::Elvish => Format::Elvish,
        Shell::Fish => Format::Fish,
        Shell::Pwsh => Format::PowerShell,
        Shell::Zsh => Format::Zsh,
    };
    let mut script = Vec::new();
    generate(format, &mut Arguments::command(), "kingbolt", &mut script);
    print_verbatim(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
