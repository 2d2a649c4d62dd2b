//! How much an archive may claim. All are far above what is on package indexes and far below what hurts a machine.

/// Most entries. The largest wheels have some 100,000 files; each entry costs about 200 bytes of memory here and an
/// inode on disk.
pub(super) const ENTRIES: u64 = 500_000;

/// Most bytes of central directory, which is read at once: more than [`ENTRIES`] names of 200 bytes.
pub(super) const CENTRAL_DIRECTORY: u64 = 128 << 20;

/// Most bytes of all entries together, uncompressed. The largest wheels unpack to some 4 GiB.
pub(super) const TOTAL: u64 = 64 << 30;

/// An archive that unpacks to less is never called a bomb, however well it compresses: text and zeros do.
pub(super) const HARMLESS_TOTAL: u64 = 512 << 20;

/// Most that an archive above [`HARMLESS_TOTAL`] may grow, as a multiple of its size. Wheels grow 2 to 6 times;
/// bombs of one layer without overlaps reach 1,030.
pub(super) const TOTAL_RATIO: u64 = 100;

/// Most that deflate can grow: 258 bytes from two bits. An entry that claims more lies about a size.
pub(super) const DEFLATE_RATIO: u64 = 1032;

/// Entries up to this size, compressed and not, are handled as a whole: a fast path whose buffers every worker keeps.
pub(super) const WHOLE: u64 = 1 << 20;

/// What is read and inflated at a time of larger entries.
pub(super) const CHUNK: usize = 128 << 10;
