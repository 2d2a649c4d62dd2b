//! The text of a key: a line with an untrusted comment, and the key itself in base64.

use data_encoding::BASE64;

/// The first bytes of a secret key, without and with a password: the algorithms of key, password and checksum.
pub(super) const PLAIN: &[u8] = b"Ed\0\0B2";
pub(super) const PROTECTED: &[u8] = b"EdScB2";

/// The prefix of the comment in a file with a key.
pub(super) const COMMENT: &str = "untrusted comment: ";

/// The line with the key, in the text of a file or alone, as in an environment variable.
pub(super) fn key_line(text: &str) -> Option<&str> {
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    match lines.as_slice() {
        [key] => Some(key),
        [comment, key] if comment.starts_with(COMMENT.trim_end()) => Some(key),
        _ => None,
    }
}

/// True for the line of a secret key, valid or not.
pub(super) fn is_secret(line: &str) -> bool {
    [PLAIN, PROTECTED].iter().any(|start| line.starts_with(&BASE64.encode(start)))
}
