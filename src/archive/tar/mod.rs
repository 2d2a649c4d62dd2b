//! A strict reader of `.tar.gz` archives of source code (PEP 625) and of Pythons, over a stream. It follows the `data`
//! filter of PEP 721: no name and no link leaves the archive's one directory, and there are only files, directories and
//! links to files. No name lies below a link, and on systems that ignore the case of names, no two differ only in case.
//!
//! The crate `tar` reads headers and their checksums. Long names and sizes of extended headers are read here, because
//! the crate puts no limit on them. Writes nothing, never follows links.

mod error;
mod limited;
mod links;
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
