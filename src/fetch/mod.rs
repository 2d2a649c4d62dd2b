//! Downloads index pages, metadata and wheels into the cache: verified, resumed, in parallel.

mod cache;
mod catalog;
mod content_range;
mod download;
mod metadata;
#[cfg(any(test, fuzzing))]
pub mod properties;

pub use cache::is_cached_file;
pub use catalog::{Catalog, CatalogError, UnusableMetadata};
pub use download::{
    Artifact, DEFAULT_JOBS, Destination, DownloadError, Downloads, DownloadsError, LONGEST_WHEEL, clear_delivered,
    downloads_lock,
};
pub use metadata::{keep_metadata, stated_entry_points};
