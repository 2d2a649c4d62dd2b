//! Stored wheels -> an environment: links, scripts, entry points, RECORD.

mod assembly;
mod error;

pub use assembly::{Assembly, Clash, Command, Installed, LinkMode, Placement, assemble};
pub use error::AssembleError;
