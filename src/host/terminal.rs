//! Secrets that a person types, and text on standard input.

use std::io::{self, Read};

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
        let mut text = String::new();
        io::stdin().lock().take(limit.saturating_add(1)).read_to_string(&mut text)?;
        if text.len() as u64 > limit {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {limit} bytes")));
        }
        Ok(text)
    }
}
