//! A strict reader of `.tar.gz` source archives (PEP 625), over a stream. It follows the `data` filter of PEP 721: no
//! name and no link leaves the archive's one directory, and there are only files, directories and links to files.
//!
//! The crate `tar` reads headers and their checksums. Long names and sizes of extended headers are read here, because
//! the crate puts no limit on them. Writes nothing, never follows links.

mod error;
mod limited;
mod members;
mod names;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod reader;
mod rule;
#[cfg(test)]
mod tests;

pub use error::TarError;
pub use members::{Member, MemberKind};
pub use reader::read_tar_gz;
pub use rule::TarRule;
