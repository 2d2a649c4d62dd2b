//! Why an archive was not read.

use std::io;

use super::Rule;

/// Why an archive was refused or could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    #[error("the archive is invalid: {rule}")]
    Archive { rule: Rule },
    #[error("entry {entry:?} of the archive is invalid: {rule}")]
    Entry { entry: String, rule: Rule },
    #[error("failed to read the archive")]
    Read { source: io::Error },
}

impl ArchiveError {
    pub(super) fn entry(name: &str, rule: Rule) -> Self {
        Self::Entry { entry: name.to_owned(), rule }
    }
}

impl From<Rule> for ArchiveError {
    fn from(rule: Rule) -> Self {
        Self::Archive { rule }
    }
}

impl From<io::Error> for ArchiveError {
    fn from(source: io::Error) -> Self {
        Self::Read { source }
    }
}
