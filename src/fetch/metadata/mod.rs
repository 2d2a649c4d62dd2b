//! METADATA of a wheel without the wheel: from the file beside it, else from parts of the archive, else from the whole
//! archive.

mod cached;
mod entry_points;
mod in_archive;
#[cfg(any(test, fuzzing))]
pub(super) mod properties;
mod reader;
mod remote;
mod whole;

#[cfg(test)]
mod tests;

pub use cached::keep_metadata;
pub use entry_points::stated_entry_points;
pub(super) use reader::MetadataReader;
