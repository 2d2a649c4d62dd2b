//! The properties of server responses and of the cache, collected from the modules' own files of properties.

pub use super::catalog::properties::PAGE;
pub use super::download::properties::PART;
pub use super::metadata::properties::PARTS;
