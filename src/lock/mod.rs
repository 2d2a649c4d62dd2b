//! Parses PEP 751 lock files and selects pins for one machine. Reads no files and fetches nothing.

mod artifact;
mod base;
mod document;
mod error;
mod file;
mod file_name;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod select;
mod selection;
#[cfg(test)]
mod tests;

pub use base::Base;
pub use error::LockFileError;
pub use file::Lock;
pub use file_name::is_lock_name;
pub use selection::{DefaultGroups, Selection};
