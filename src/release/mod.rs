//! The maintainer's side of a release: keys and signatures.

mod error;
mod keygen;
mod sign;

pub use error::ReleaseError;
pub use keygen::{KeyFiles, keygen};
pub use sign::{SignedLock, sign};
