//! Wheels from servers and directories to whoever wants them: in parallel, hashed while they arrive, resumed after a
//! cut, handed on only when every stated digest and size holds. Never unpacks anything.

mod answer;
mod directory;
mod downloads;
mod error;
mod fingerprint;
mod found;
mod item;
mod local;
mod partial;
#[cfg(any(test, fuzzing))]
pub(super) mod properties;
mod transfer;

pub use directory::{clear_delivered, downloads_lock};
pub use downloads::{DEFAULT_JOBS, Destination, Downloads};
pub use error::{DownloadError, DownloadsError};
pub(super) use found::leave_for_download;
