//! Stored wheels -> an environment: links, scripts, entry points, RECORD.
//!
//! First the path of every file is decided, as values ([`plan`], [`commands`]); then the files are written in parallel.

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

pub use assembly::{Assembly, AssemblyOptions, CallerVariables, Clash, Command, Installed, LinkMode, Placement};
pub use commands::command_names_of;
pub use error::AssembleError;
pub use plan::ENVIRONMENT_RECORD;
pub use run::assemble;
