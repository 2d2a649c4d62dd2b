//! What holds for what servers answer and the cache keeps. See the modules' own files of properties.

pub use super::catalog::properties::PAGE;
pub use super::download::properties::PART;
pub use super::metadata::properties::PARTS;
