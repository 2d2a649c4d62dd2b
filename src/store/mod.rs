//! Unpacked wheels by SHA-256: admitted once, linked into environments.

mod assemble;
mod error;
mod stored_wheel;
mod wheels;

pub use assemble::{AssembleError, Assembly, Clash, Command, Installed, LinkMode, Placement, assemble};
pub use error::StoreError;
pub use stored_wheel::StoredWheel;
pub use wheels::{Hold, Store, Sweep};
