//! A relative path that cannot leave its tree.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A relative path with `/` between its parts that names a file below a root: no empty part, `.` or `..`, no
/// backslash, no drive, no control character. [`SafePath::windows_rule`] checks it for Windows.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct SafePath(String);

/// A path that could leave its tree.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("path {text:?} is not allowed: {rule}")]
pub struct UnsafePath {
    text: String,
    rule: &'static str,
}

impl UnsafePath {
    /// The rule that the path breaks, as a statement: "it is empty".
    pub fn rule(&self) -> &'static str {
        self.rule
    }
}

/// Names of devices, which Windows reserves in every directory, with any extension.
/// Source: Microsoft, "Naming Files, Paths, and Namespaces".
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "com¹", "com²",
    "com³", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "lpt¹", "lpt²", "lpt³", "conin$",
    "conout$",
];

impl SafePath {
    /// Parses a path as written in an archive or a RECORD.
    ///
    /// # Errors
    /// With the first rule that the path breaks.
    pub fn parse(text: &str) -> Result<Self, UnsafePath> {
        match broken_rule(text) {
            Some(rule) => Err(UnsafePath { text: text.to_owned(), rule }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The first rule of Windows that the path breaks; `None` if the path is valid on Windows.
    pub fn windows_rule(&self) -> Option<&'static str> {
        self.parts().find_map(broken_windows_rule)
    }

    /// The path with `/` between its parts.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts, at least one.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The path without its last part; `None` at the top of the tree.
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// The path relative to a directory; `None` if it is not below that directory.
    pub fn strip_prefix(&self, directory: &str) -> Option<Self> {
        let rest = self.0.strip_prefix(directory)?.strip_prefix('/')?;
        Some(Self(rest.to_owned()))
    }

    /// The path below a root, with the platform's separators.
    pub fn below(&self, root: &Path) -> PathBuf {
        join_relative(root, &self.0)
    }
}

/// A relative path with `/` between its parts, below a root; the root itself if the path is empty.
pub fn join_relative(root: &Path, path: &str) -> PathBuf {
    let mut full = root.to_path_buf();
    full.extend(path.split('/').filter(|part| !part.is_empty()));
    full
}

impl TryFrom<String> for SafePath {
    type Error = UnsafePath;

    fn try_from(text: String) -> Result<Self, UnsafePath> {
        Self::parse(&text)
    }
}

impl From<SafePath> for String {
    fn from(path: SafePath) -> Self {
        path.0
    }
}

impl fmt::Display for SafePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The limit of Linux for one call; that of other systems is lower.
const LONGEST: usize = 4096;

fn broken_rule(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.len() > LONGEST {
        return Some("it is longer than 4096 bytes");
    }
    if text.starts_with('/') {
        return Some("it is absolute");
    }
    if text.contains('\\') {
        return Some("it contains a backslash");
    }
    if text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic() {
        return Some("it starts with a drive");
    }
    text.split('/').find_map(broken_part_rule)
}

fn broken_part_rule(part: &str) -> Option<&'static str> {
    if part.is_empty() {
        Some("it has an empty component")
    } else if matches!(part, "." | "..") {
        Some("it has a component `.` or `..`")
    } else if part.chars().any(char::is_control) {
        Some("it contains a control character")
    } else if part.len() > 255 {
        Some("a component is longer than 255 bytes")
    } else {
        None
    }
}

fn broken_windows_rule(part: &str) -> Option<&'static str> {
    let stem = part.split('.').next().unwrap_or(part).trim_end_matches(' ').to_lowercase();
    if part.contains([':', '<', '>', '"', '|', '?', '*']) {
        Some("it contains a character that Windows reserves")
    } else if part.ends_with(['.', ' ']) {
        Some("a part ends in a dot or a space")
    } else if DEVICES.contains(&stem.as_str()) {
        Some("a part is the name of a Windows device")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_paths_are_kept_as_written() {
        for text in ["a", "a/b.py", "a b/c", "pkg-1.dist-info/RECORD", "ü/…", ".hidden", "console.py", "a/..b"] {
            assert_eq!(SafePath::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn paths_that_could_leave_the_tree_are_refused() {
        for text in
            ["", "/a", "a//b", "a/", "./a", "a/../b", "..", "C:/a", "c:a", "a\\b", "\\\\host\\share", "a\0b", "a\nb"]
        {
            assert!(SafePath::parse(text).is_err(), "{text:?}");
        }
        assert!(SafePath::parse(&"a/".repeat(3000)).is_err());
    }

    #[test]
    fn paths_that_windows_cannot_hold_are_told() {
        for text in ["nul", "NUL.txt", "a/COM1", "con .txt", "a.", "a ", "dir/a:b", "a?"] {
            assert!(SafePath::parse(text).unwrap().windows_rule().is_some(), "{text:?}");
        }
        assert_eq!(SafePath::parse("console.py").unwrap().windows_rule(), None);
    }
}
