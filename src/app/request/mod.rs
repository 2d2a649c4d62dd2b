//! The request of a person: what to install, from where, and with which options. Reads nothing from the machine.

mod app_request;
mod build_options;
mod command_suffix;
mod executables;
mod options;
mod source;

pub use app_request::{Request, RequestedPython, Sources, absolute_place};
pub use build_options::BuildOptions;
pub use command_suffix::CommandSuffix;
pub use executables::Executables;
pub use options::{Check, InstallOptions, KEPT, NewUploadRules, Overwrite, Reinstall, SyncOptions, UpgradeOptions};
pub use source::{Source, SourceError};
