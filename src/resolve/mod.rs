//! Requirements and candidates -> pins, or an explained conflict (PubGrub). Fetches nothing itself: pages and metadata
//! come through the trait [`Packages`].
//!
//! Pre-releases follow pip: one is a candidate when a requirement that was met mentions a pre-release and admits it,
//! or admits no final release that this machine can use; or when the wishes allow them all. pip looks at all
//! requirements of the moment together, here each counts by itself, also when its version was given up later. Yanked files are candidates only for requirements that pin them
//! exactly. Only wheels are candidates.

mod direct;
mod error;
mod known;
mod needs;
mod offer;
mod packages;
mod pins;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod provider;
mod release;
mod releases;
mod report;
mod shelf;
mod solve;
#[cfg(test)]
mod tests;
mod wishes;
mod witness;

pub use error::{InvalidDirectReference, ResolveError};
pub use packages::{Likely, MetadataError, Packages};
pub use solve::resolve;
pub use wishes::{Prereleases, Wishes};
