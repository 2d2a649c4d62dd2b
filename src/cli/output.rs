//! Writes to the two streams: stdout is data, stderr is messages. No text of other people controls the terminal.

use std::io::{ErrorKind, Write};

use terminal_size::{Width, terminal_size_of};

use super::error::CliError;
use super::escape::escaped;
use super::message::Message;
use super::text::fitted;

/// Prints a message on stderr, in lines that fit the terminal. A closed stderr is no error.
pub(super) fn say(message: &Message) {
    let mut stderr = std::io::stderr().lock();
    let text = match terminal_size_of(&stderr) {
        Some((Width(columns), _)) => fitted(&message.to_string(), columns.into()),
        None => message.to_string(),
    };
    let _ = writeln!(stderr, "{text}");
}

/// The columns of the terminal that stdout is; `None` if it is none.
pub(super) fn columns_of_stdout() -> Option<usize> {
    terminal_size_of(std::io::stdout()).map(|(Width(columns), _)| columns.into())
}

/// Prints data for people on stdout, in lines that fit the terminal.
pub(super) fn print_data(text: &str) -> Result<(), CliError> {
    let text = escaped(text);
    match columns_of_stdout() {
        Some(columns) => print_verbatim(&fitted(&text, columns)),
        None => print_verbatim(&text),
    }
}

/// Prints data for programs on stdout. A closed pipe is no error: `kingbolt list | head` ends quietly.
pub(super) fn print_verbatim(text: &str) -> Result<(), CliError> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(source) if source.kind() != ErrorKind::BrokenPipe => Err(CliError::Output { source }),
        Ok(()) | Err(_) => Ok(()),
    }
}
