//! Secrets that a person types, and text on standard input.

use std::io;

use super::bounded_read::{read_limited, text_of};

/// The terminal and standard input of the process.
#[derive(Clone, Copy, Debug)]
pub struct Terminal;

impl Terminal {
    /// Asks for a password on the terminal, wherever the standard streams lead. Nothing that is typed is shown.
    pub fn ask_password(self, prompt: &str) -> io::Result<String> {
        rpassword::prompt_password(prompt)
    }

    /// Reads standard input to its end, as text of at most `limit` bytes.
    pub fn read_input(self, limit: u64) -> io::Result<String> {
        text_of(read_limited(io::stdin().lock(), limit)?)
    }
}
