//! Writes to the two streams: stdout is data, stderr is messages. No text of other people controls the terminal.

use std::io::{ErrorKind, Write};

use super::error::CliError;
use super::escape::escaped;
use super::message::Message;

/// Prints a message on stderr. A closed stderr is no error.
pub(super) fn say(message: &Message) {
    let _ = writeln!(std::io::stderr().lock(), "{message}");
}

/// Prints data for people on stdout.
pub(super) fn print_data(text: &str) -> Result<(), CliError> {
    print_verbatim(&escaped(text))
}

/// Prints data for programs on stdout. A closed pipe is no error: `kingbolt list | head` ends quietly.
pub(super) fn print_verbatim(text: &str) -> Result<(), CliError> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(source) if source.kind() != ErrorKind::BrokenPipe => Err(CliError::Output { source }),
        Ok(()) | Err(_) => Ok(()),
    }
}
