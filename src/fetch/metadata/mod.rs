//! METADATA of a wheel without the wheel: from the file beside it, else from parts of the archive, else from the whole
//! archive after all.

mod archive;
mod local;
#[cfg(any(test, fuzzing))]
pub(super) mod properties;
mod reader;
mod remote;
mod whole;

#[cfg(test)]
mod test_wheel;
#[cfg(test)]
mod tests;

pub use archive::Unreadable;
pub(super) use reader::MetadataReader;
