//! The request of a person: what to install, from where, and with which options. Reads nothing from the machine.

mod accelerator;
mod app_request;
mod build_options;
mod command_suffix;
mod executables;
mod lock_location;
mod options;
mod other_tools;
mod python_settings;
mod requested_lock;
mod script_metadata;
mod source;

pub use accelerator::{AcceleratorSettings, GpuPolicy, RequestedAccelerator};
pub use app_request::{Request, RequestedPython, Sources, absolute_place};
pub use build_options::BuildOptions;
pub use command_suffix::CommandSuffix;
pub use executables::Executables;
pub(in crate::app) use lock_location::lock_file_name;
pub use lock_location::{InvalidLockLocation, lock_location};
pub(in crate::app) use options::LockOptions;
pub use options::{Check, InstallOptions, KEPT, NewUploadRules, Overwrite, Reinstall, SyncOptions, UpgradeOptions};
pub use other_tools::{ForeignPython, ForeignRecord, InvalidRecord};
pub(in crate::app) use other_tools::{parse_pipx_metadata, parse_uv_receipt};
pub use python_settings::{DefaultForce, DefaultPython, PythonDownloads, PythonSettings};
pub use requested_lock::{LockedCommands, RequestedLock};
pub use script_metadata::{InvalidScript, ScriptMetadata};
pub use source::{Source, SourceError};
