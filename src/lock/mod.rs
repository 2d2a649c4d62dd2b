//! Parses PEP 751 lock files and selects pins for one machine. Reads no files and fetches nothing.

mod app;
mod artifact;
mod base;
mod document;
mod error;
mod file;
mod file_name;
mod markers;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod release;
mod select;
mod selected;
mod selection;
mod source_code;
#[cfg(test)]
mod tests;

pub use base::Base;
pub use error::LockFileError;
pub use file::Lock;
pub use file_name::{is_lock_name, name_in_file_name};
pub use release::{InvalidRelease, release_of};
pub use selected::{LockedBuild, Selected};
pub use selection::{DefaultGroups, Selection};
pub use source_code::{ArchiveOrigin, CodeKind, SourceCode};
