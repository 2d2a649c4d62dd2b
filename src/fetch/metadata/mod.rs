//! METADATA of a wheel without the wheel: from the file beside it, else from parts of the archive, else from the whole
//! archive.

mod cached;
mod in_archive;
#[cfg(any(test, fuzzing))]
pub(super) mod properties;
mod reader;
mod remote;
mod whole;

#[cfg(test)]
mod tests;

pub use cached::keep_metadata;
pub(super) use reader::MetadataReader;
