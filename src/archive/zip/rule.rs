//! The rules that an archive must follow.

/// A rule that an archive, or one of its entries, breaks. Displays the violation.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Rule {
    // Of the archive.
    #[error("it has more than one part")]
    SeveralParts,
    #[error("it does not end with an end record")]
    NoEndRecord,
    #[error("bytes follow its end record")]
    TrailingBytes,
    #[error("its comment contains ZIP signature bytes")]
    Comment,
    #[error("its end record states {stated} entries, but its central directory has {found}")]
    EntryCount { stated: u64, found: u64 },
    #[error("its central directory does not end where its end record starts")]
    CentralDirectoryPlace,
    #[error("its central directory is damaged")]
    CentralDirectory,
    #[error("its ZIP64 end record is missing, misplaced or not of the standard size")]
    Zip64EndRecord,
    #[error("its end record and its ZIP64 end record disagree")]
    Zip64Disagrees,
    #[error("it has unnecessary ZIP64 end records")]
    Zip64WithoutNeed,
    #[error("it claims more than {limit} entries")]
    TooManyEntries { limit: u64 },
    #[error("its entries are in more than {limit} directories")]
    TooManyDirectories { limit: u64 },
    #[error("it claims a central directory of more than {limit} bytes")]
    TooMuchDirectory { limit: u64 },
    #[error("it claims to unpack to {total} bytes, more than {limit}")]
    TooLarge { total: u64, limit: u64 },
    #[error("it claims to unpack to {total} bytes, more than {ratio} times its own size")]
    Bomb { total: u64, ratio: u64 },
    #[error("it has extra bytes before its first entry")]
    Prefix,

    // Of an entry's names.
    #[error("its name is not UTF-8")]
    NameEncoding,
    #[error("its name is not ASCII and not marked as UTF-8")]
    NameUnmarked,
    #[error("its name is unsafe: {rule}")]
    Name { rule: &'static str },
    #[error("an extra field gives it another name")]
    OtherName,
    #[error("another entry has the same name but different content")]
    Duplicate,
    #[error("it is a file where another entry needs a directory")]
    FileAndDirectory,

    // Of an entry's kind.
    #[error("it is encrypted or patched")]
    Encrypted,
    #[error("it has unknown flags")]
    Flags,
    #[error("it uses compression method {method}; only stored and deflate are supported")]
    Method { method: u16 },
    #[error("it is neither a file nor a directory")]
    Special,
    #[error("it is a directory with content")]
    DirectoryContent,

    // Of an entry's extent.
    #[error("its extra fields are damaged")]
    Extra,
    #[error("its ZIP64 field has missing or extra values")]
    Zip64Field,
    #[error("it overlaps the next entry or the central directory")]
    Overlap,
    #[error("it is followed by bytes that belong to no entry")]
    Gap,
    #[error("its sizes contradict each other")]
    Sizes,
    #[error("its local header is damaged")]
    LocalHeader,
    #[error("its local header and the central directory disagree about its {what}")]
    Disagreement { what: &'static str },
    #[error("its data descriptor and the central directory disagree about its {what}")]
    Descriptor { what: &'static str },

    // Of an entry's content.
    #[error("it has more than {limit} bytes")]
    TooLong { limit: u64 },
    #[error("its compressed data is damaged")]
    Damaged,
    #[error("it does not unpack to the stated size")]
    UnpackedSize,
    #[error("its compressed data ends too early")]
    CompressedSize,
    #[error("its content does not have the stated CRC-32")]
    Crc32,
}
