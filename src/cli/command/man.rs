//! `kingbolt man`.

use clap::CommandFactory;
use clap_mangen::Man;

use crate::cli::args::{Arguments, ManArguments};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::print_verbatim;

/// Prints the manual page of a command, in the language of `man`.
pub(crate) fn run(arguments: &ManArguments) -> Result<Exit, CliError> {
    let mut command = Arguments::command();
    // Names of commands below others are complete after this.
    command.build();
    for word in &arguments.command {
        let found = command.find_subcommand(word).cloned();
        command = found.ok_or_else(|| CliError::NoCommand { text: arguments.command.join(" ") })?;
    }
    let mut page = Vec::new();
    // Writing to a list of bytes cannot fail.
    let page_of = Man::new(command).source(concat!("Kingbolt ", env!("CARGO_PKG_VERSION"))).manual("Kingbolt Manual");
    let _ = page_of.render(&mut page);
    print_verbatim(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Done)
}
