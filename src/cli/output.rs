//! Writes to the two streams: stdout is data, stderr is messages.

use std::io::{ErrorKind, Write};

use super::error::CliError;

/// Prints a line on stderr. A closed stderr is no error.
pub(super) fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Prints data on stdout. A closed pipe is no error: `kingbolt list | head` ends quietly.
pub(super) fn print_data(text: &str) -> Result<(), CliError> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(source) if source.kind() != ErrorKind::BrokenPipe => Err(CliError::Output { source }),
        Ok(()) | Err(_) => Ok(()),
    }
}
