//! Writes to the two streams: stdout is data, stderr is messages. No text of other people controls the terminal.

use std::io::{ErrorKind, Write};

use super::error::CliError;
use super::escape::escaped;

/// A message. Its only control characters are line breaks and our own colour codes.
#[derive(Debug)]
pub(super) struct Message(String);

impl Message {
    /// A message without colour. Lines after the first are indented: no text looks like a message of its own.
    pub(super) fn plain(text: &str) -> Self {
        let mut lines = escaped(text).split('\n').map(str::to_owned).collect::<Vec<_>>();
        for line in lines.iter_mut().skip(1).filter(|line| !line.is_empty() && !line.starts_with(' ')) {
            line.insert_str(0, "    ");
        }
        Self(lines.join("\n"))
    }

    /// A message in a colour, as a terminal's code for it.
    pub(super) fn painted(text: &str, code: &str) -> Self {
        Self(format!("\u{1b}[{code}m{}\u{1b}[0m", Self::plain(text).0))
    }

    /// The message, followed by text without colour.
    pub(super) fn then(self, text: &str) -> Self {
        Self(self.0 + &Self::plain(text).0)
    }

    /// The message, followed by another.
    pub(super) fn join(self, next: &Self) -> Self {
        Self(self.0 + &next.0)
    }
}

/// Prints a message on stderr. A closed stderr is no error.
pub(super) fn say(message: &Message) {
    let _ = writeln!(std::io::stderr().lock(), "{}", message.0);
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
