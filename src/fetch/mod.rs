//! Bytes from the network into the cache: index pages, metadata, wheels; verified, resumed, in parallel.

mod cache;
mod catalog;
mod metadata;

pub use catalog::{Catalog, CatalogError, UnusableMetadata};
pub use metadata::Unreadable;
