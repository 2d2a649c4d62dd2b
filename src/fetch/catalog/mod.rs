//! The files that the configured indexes and find-links locations offer, fetched over the network and cached on disk.
//!
//! Each request is carried out once per run, by a small pool of worker threads that fetch ahead what is likely to be
//! requested next.

mod cached_page;
mod error;
mod find_links;
mod freshness;
mod page_content;
mod pages;
#[cfg(any(test, fuzzing))]
pub(super) mod properties;
mod remote_pages;
mod request_queue;
mod service;

#[cfg(test)]
mod tests;

pub use error::{CatalogError, UnusableMetadata};
pub use service::Catalog;
