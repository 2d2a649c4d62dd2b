//! PEP 751 lock files: read, and select for one machine. Reads no files and fetches nothing: text comes in, pins come
//! out.

mod artifact;
mod base;
mod document;
mod error;
mod file;
mod file_name;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod select;
#[cfg(test)]
mod tests;

pub use base::Base;
pub use error::LockError;
pub use file::Lock;
pub use file_name::is_lock_name;
