//! The rules that archives are refused by.

/// A rule that an archive, or one of its entries, broke. Displayed as what is the case.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Rule {
    // Of the archive.
    #[error("it has more than one part")]
    SeveralParts,
    #[error("it does not end in an end record")]
    NoEndRecord,
    #[error("bytes follow its end record")]
    TrailingBytes,
    #[error("its comment contains bytes that occur in ZIP signatures")]
    Comment,
    #[error("its end record counts {stated} entries, its central directory has {found}")]
    EntryCount { stated: u64, found: u64 },
    #[error("its central directory does not end where its end record starts")]
    CentralDirectoryPlace,
    #[error("its central directory is damaged")]
    CentralDirectory,
    #[error("its ZIP64 end record is missing, misplaced or not of the standard size")]
    Zip64EndRecord,
    #[error("its end record and its ZIP64 end record disagree")]
    Zip64Disagrees,
    #[error("it has ZIP64 end records without need")]
    Zip64WithoutNeed,
    #[error("it claims more than {limit} entries")]
    TooManyEntries { limit: u64 },
    #[error("its entries stand in more than {limit} directories")]
    TooManyDirectories { limit: u64 },
    #[error("it claims a central directory of more than {limit} bytes")]
    TooMuchDirectory { limit: u64 },
    #[error("it claims to unpack to {total} bytes, more than {limit}")]
    TooLarge { total: u64, limit: u64 },
    #[error("it claims to unpack to {total} bytes, more than {ratio} times its own size")]
    Bomb { total: u64, ratio: u64 },
    #[error("bytes that belong to no entry stand before its first entry")]
    Prefix,

    // Of an entry's names.
    #[error("its name is not UTF-8")]
    NameEncoding,
    #[error("its name is not ASCII and not marked as UTF-8")]
    NameUnmarked,
    #[error("its name is not a path inside a tree: {rule}")]
    Name { rule: &'static str },
    #[error("an extra field gives it another name")]
    OtherName,
    #[error("another entry has the same name and other content")]
    Duplicate,
    #[error("it is a file, and another entry needs a directory there")]
    FileAndDirectory,

    // Of an entry's kind.
    #[error("it is encrypted or patched")]
    Encrypted,
    #[error("it has flags of no known meaning")]
    Flags,
    #[error("it is compressed by method {method}; only stored and deflate are allowed")]
    Method { method: u16 },
    #[error("it is neither a file nor a directory")]
    Special,
    #[error("it is a directory with content")]
    DirectoryContent,

    // Of an entry's extent.
    #[error("its extra fields are damaged")]
    Extra,
    #[error("its ZIP64 field does not have exactly the values it must have")]
    Zip64Field,
    #[error("it overlaps the next entry or the central directory")]
    Overlap,
    #[error("bytes that belong to no entry follow it")]
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
    #[error("its compressed data is damaged")]
    Damaged,
    #[error("it does not unpack to the size that is stated")]
    UnpackedSize,
    #[error("its compressed data ends before its place in the archive does")]
    CompressedSize,
    #[error("its content does not have the stated CRC-32")]
    Crc32,
}
