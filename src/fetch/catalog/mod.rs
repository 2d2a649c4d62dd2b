//! What the configured indexes and find-links places offer, asked over the network and remembered on disk.
//!
//! Every question is answered once for each run, by a small pool of threads that work ahead where they are told what
//! will be asked next.

mod desk;
mod error;
mod find_links;
mod freshness;
mod kept_page;
mod pages;
#[cfg(any(test, fuzzing))]
pub(super) mod properties;
mod reading;
mod remote;
mod service;

#[cfg(test)]
mod tests;

pub use error::{CatalogError, UnusableMetadata};
pub use service::Catalog;
