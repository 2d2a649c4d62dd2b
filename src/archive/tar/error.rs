//! Why a source archive was not read.

use std::io;

use super::TarRule;

/// Why a source archive was refused or could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TarError {
    #[error("the archive is invalid: {rule}")]
    Archive { rule: TarRule },
    #[error("entry {entry:?} of the archive is invalid: {rule}")]
    Entry { entry: String, rule: TarRule },
    #[error("failed to read the archive")]
    Read { source: io::Error },
}

impl TarError {
    pub(super) fn entry(name: &str, rule: TarRule) -> Self {
        Self::Entry { entry: name.to_owned(), rule }
    }
}

impl From<TarRule> for TarError {
    fn from(rule: TarRule) -> Self {
        Self::Archive { rule }
    }
}

impl From<io::Error> for TarError {
    /// The decoders report damage as errors of these kinds.
    fn from(source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::Other
            | io::ErrorKind::UnexpectedEof => match source.downcast::<TarRule>() {
                Ok(rule) => rule.into(),
                Err(source) => TarRule::Damaged { reason: source.to_string() }.into(),
            },
            _ => Self::Read { source },
        }
    }
}
