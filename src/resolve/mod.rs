//! Requirements and candidates -> pins, or an explained conflict (PubGrub). Fetches nothing itself: pages and metadata
//! come through the trait [`Packages`].
//!
//! Pre-releases follow pip: one is a candidate when a requirement that was met mentions a pre-release and admits it,
//! or admits no final release that this machine can use; or when the wishes allow them all. Yanked files are
//! candidates only for requirements that pin them exactly. Only wheels are candidates.

mod error;
mod packages;
mod wishes;

pub use error::{InvalidDirectReference, ResolveError};
pub use packages::{Likely, MetadataError, Packages};
pub use wishes::{Prereleases, Wishes};
