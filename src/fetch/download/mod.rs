//! Downloads files and checks local ones: in parallel, hashed while they arrive, resumed after an interruption, passed on
//! only if every stated digest and size matches. Never unpacks anything.

mod artifact;
mod directory;
mod downloads;
mod error;
mod item;
mod local;
mod partial;
#[cfg(any(test, fuzzing))]
pub(super) mod properties;
mod response_head;
mod transfer;

pub use artifact::Artifact;
pub(super) use directory::keep_for_download;
pub use directory::{clear_delivered, downloads_lock};
pub use downloads::{DEFAULT_JOBS, Destination, Downloads, LONGEST_WHEEL};
pub use error::{DownloadError, DownloadsError};
