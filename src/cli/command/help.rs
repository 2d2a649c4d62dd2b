//! `kingbolt help`.

use clap::CommandFactory;

use crate::cli::args::{Arguments, HelpArguments};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::{columns_of_stdout, print_data};
use crate::cli::topics;

/// The width of the text of a topic that is not printed on a terminal, and the most of it on one.
const COLUMNS: usize = 100;

/// Prints the help of a command, or a topic.
pub(crate) fn run(arguments: &HelpArguments) -> Result<Exit, CliError> {
    let text = if let Some(help) = help_of_command(&arguments.words) {
        help
    } else {
        let topic = topics::find(&arguments.words);
        let topic = topic.map_err(|topics| CliError::NoTopic { text: arguments.words.join(" "), topics })?;
        topic.shown(columns_of_stdout().map_or(COLUMNS, |columns| columns.min(COLUMNS)))
    };
    print_data(&text)?;
    Ok(Exit::Done)
}

/// The text of `--help` for a command, or for Kingbolt itself.
fn help_of_command(words: &[String]) -> Option<String> {
    let mut command = Arguments::command();
    // Names of commands below others are complete after this.
    command.build();
    for word in words {
        command = command.find_subcommand(word)?.clone();
    }
    Some(command.render_help().to_string())
}
