//! The rules that an archive must follow.

/// A rule that an archive, or one of its entries, breaks. Displays the violation.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TarRule {
    // Of the archive.
    #[error("it is damaged: {reason}")]
    Damaged { reason: String },
    #[error("it is empty")]
    Empty,
    #[error("it has more than {limit} entries")]
    TooManyEntries { limit: usize },
    #[error("it unpacks to more than {limit} bytes")]
    TooLarge { limit: u64 },
    #[error("bytes follow its end")]
    TrailingBytes,

    // Of an entry.
    #[error("its name differs only in case from {other:?}")]
    Case { other: String },
    #[error("another entry has the same name")]
    Duplicate,
    #[error("its extended header is damaged")]
    ExtendedHeader,
    #[error("its extended header is longer than {limit} bytes")]
    ExtendedHeaderTooLong { limit: u64 },
    #[error("it is a file where another entry needs a directory")]
    FileAndDirectory,
    #[error("its link leads out of the archive")]
    LinkOutside,
    #[error("its link does not lead to a file of the archive")]
    LinkTarget,
    #[error("its name is unsafe: {rule}")]
    Name { rule: &'static str },
    #[error("its name is not UTF-8")]
    NameEncoding,
    #[error("it lies outside the directory {top:?} of the first entry")]
    OtherTop { top: String },
    #[error("its headers state different sizes")]
    Sizes,
    #[error("it is neither a file nor a directory nor a link")]
    Special,
}
