//! A strict reader of ZIP archives (PKWARE's APPNOTE 6.3). It refuses archives that readers could interpret differently.
//!
//! Every byte of the file belongs to exactly one entry, to the central directory or to the end records. An entry's
//! content is returned only if its local header agrees with the central directory; its CRC-32 and its sizes are checked
//! while it is read. Never writes files, never follows links.

mod central;
mod content;
mod end;
mod entry;
mod error;
mod extra;
mod fields;
mod limits;
mod local;
mod names;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod reader;
mod rule;
#[cfg(test)]
pub(crate) mod samples;
mod source;
#[cfg(test)]
mod tests;

pub use content::Unpacker;
pub use end::TAIL;
pub use entry::{Entry, EntryKind};
pub use error::ArchiveError;
pub use reader::Archive;
pub use rule::Rule;
pub use source::Source;
