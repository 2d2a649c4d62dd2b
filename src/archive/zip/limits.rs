//! Limits for archives. All are far above the needs of the wheels on package indexes, and low enough for any machine.

/// The most entries. The largest wheels have some 100,000 files; each entry costs about 200 bytes of memory here and an
/// inode on disk.
pub(super) const ENTRIES: u64 = 500_000;

/// The most bytes of the central directory, which is read at once: more than [`ENTRIES`] names of 200 bytes.
pub(super) const CENTRAL_DIRECTORY: u64 = 128 << 20;

/// The most bytes of all entries together, uncompressed. The largest wheels unpack to some 4 GiB.
pub(super) const TOTAL: u64 = 64 << 30;

/// An archive that unpacks to fewer bytes is never taken for a bomb: text and zeros may compress very well.
pub(super) const HARMLESS_TOTAL: u64 = 512 << 20;

/// The largest ratio of unpacked to packed size for an archive above [`HARMLESS_TOTAL`]. Wheels have 2 to 6; bombs of
/// one layer without overlaps reach 1,030.
pub(super) const TOTAL_RATIO: u64 = 100;

/// The largest possible ratio with deflate: 258 bytes from two bits. An entry that claims more states a wrong size.
pub(super) const DEFLATE_RATIO: u64 = 1032;

/// Entries up to this size, compressed and uncompressed, are unpacked at once: a fast path whose buffers every worker
/// keeps.
pub(super) const WHOLE: u64 = 1 << 20;

/// The bytes of larger entries that are read and inflated at a time.
pub(super) const CHUNK: usize = 128 << 10;
