//! Stored wheels -> an environment: links, scripts, entry points, RECORD.
//!
//! What goes where is decided first, as values ([`plan`], [`commands`]); then it is done, in parallel.

mod assembly;
mod commands;
mod error;
mod finish;
mod integrity;
mod link;
mod paths;
mod plan;
mod roots;
mod rows;
mod run;
mod scripts;
#[cfg(test)]
mod tests;

pub use assembly::{Assembly, Clash, Command, Installed, LinkMode, Placement};
pub use error::AssembleError;
pub use run::assemble;
