//! Messages for people: text of other people in them controls no terminal and looks like no message of its own.

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

impl std::fmt::Display for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
