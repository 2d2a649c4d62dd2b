//! Pages of a package index (PEP 503, PEP 691) and find-links pages -> candidate files. Parsing only: fetches nothing.

mod absent_status;
mod address;
mod error;
mod file;
mod html;
mod json;
mod json_writer;
mod link;
mod listing;
mod page;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod settings;

pub use absent_status::{ForbiddenIsAbsent, InvalidAbsentStatus};
pub use address::{FindLinks, IndexUrl, InvalidIndexUrl};
pub use error::{NotAnIndexPage, PageError};
pub use file::{File, FileName, MetadataFile, SdistName};
pub(crate) use link::{file_name, fragment_digests};
pub use listing::ByProject;
pub use page::Page;
pub use settings::{IndexSettings, PageReuse, StatedHashes};
