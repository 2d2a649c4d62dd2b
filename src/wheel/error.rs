//! Errors of unpacking a wheel. The caller adds the wheel's name.

use crate::host::{FileError, Interrupted};

use crate::archive::zip::ArchiveError;

/// A rule that the wheel breaks, or a failed operation.
#[derive(Debug, thiserror::Error)]
pub enum WheelError {
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    #[error("its names {first:?} and {second:?} differ only in case")]
    CaseCollision { first: String, second: String },
    #[error("its file {path:?} belongs to no installation scheme")]
    DataPath { path: String },
    #[error("its entry point {line:?} cannot become a command: {reason}")]
    EntryPoint { line: String, reason: &'static str },
    #[error(transparent)]
    Files(#[from] FileError),
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    #[error("it lacks {missing}")]
    Missing { missing: &'static str },
    #[error("it belongs to another project or version: {place} says `{found}`")]
    OtherIdentity { place: &'static str, found: String },
    #[error("line {line} of its RECORD is invalid: {reason}")]
    Record { line: usize, reason: &'static str },
    #[error("its RECORD lists a missing file: {path:?}")]
    RecordAbsent { path: String },
    #[error("the {what} of its file {path:?} differs from RECORD")]
    RecordMismatch { path: String, what: &'static str },
    #[error("its RECORD has no hash for {path:?}")]
    RecordUnhashed { path: String },
    #[error("its RECORD does not list {path:?}")]
    RecordUnlisted { path: String },
    #[error("it has more than one .dist-info directory: {first:?} and {second:?}")]
    SeveralDistInfo { first: String, second: String },
    #[error("it has more than {limit} entry points")]
    TooManyEntryPoints { limit: usize },
    #[error("its file {path:?} is not UTF-8 text of at most {limit} bytes")]
    Text { path: String, limit: u64 },
    #[error("its WHEEL is invalid: {reason}")]
    WheelFile { reason: &'static str },
    #[error("it has wheel format version {version}, which is not supported")]
    WheelVersion { version: String },
    #[error("Windows cannot hold its file {path:?}: {rule}")]
    WindowsName { path: String, rule: &'static str },
}

impl WheelError {
    /// True if the wheel is invalid, as opposed to a failure of the machine.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Archive(ArchiveError::Read { .. }) | Self::Files(_) | Self::Interrupted(_))
    }

    /// Advice for the user.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Archive(ArchiveError::Read { .. }) | Self::Files(_) | Self::Interrupted(_) => return None,
            Self::CaseCollision { .. } => "install it on a case-sensitive file system",
            Self::WheelVersion { .. } => "a newer version of Kingbolt may support this format",
            Self::WindowsName { .. } => "choose another version; this one cannot be installed on Windows",
            Self::Archive(ArchiveError::Archive { .. } | ArchiveError::Entry { .. })
            | Self::DataPath { .. }
            | Self::EntryPoint { .. }
            | Self::Missing { .. }
            | Self::OtherIdentity { .. }
            | Self::Record { .. }
            | Self::RecordAbsent { .. }
            | Self::RecordMismatch { .. }
            | Self::RecordUnhashed { .. }
            | Self::RecordUnlisted { .. }
            | Self::SeveralDistInfo { .. }
            | Self::Text { .. }
            | Self::TooManyEntryPoints { .. }
            | Self::WheelFile { .. } => {
                "the wheel was published like this; choose another version, and report it to its maintainers"
            }
        };
        Some(hint.to_owned())
    }
}
