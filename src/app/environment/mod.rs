//! From a request or a lock to pins, and from pins to a built environment.

mod accelerated;
mod basis;
mod build;
mod build_environment;
mod build_record;
mod builder;
mod builds;
mod discovery;
mod from_source;
mod import_check;
mod interpreter_choice;
mod lock_source;
mod locked;
mod managed_python;
mod module_check;
mod packages;
mod project_name;
mod python_archive;
mod python_supply;
mod resolution;
mod resolved;
mod shared_files;
mod source_distributions;
mod source_tree;
mod supply;

pub(super) use basis::with_true_metadata;
pub(super) use builder::Builder;
pub use builder::{BuildStep, Fetch};
pub(super) use builds::BuildMode;
pub(super) use discovery::discover;
pub(super) use from_source::source_of;
pub use from_source::sources_to_build;
pub(super) use import_check::{import_check, smoke};
pub(super) use lock_source::read_lock;
pub(super) use locked::{plan_locked, resolve_locked};
pub(super) use managed_python::{KnownBuilds, ensure_managed};
pub use project_name::project_name;
pub(super) use python_supply::{builds_to_fetch, fetch_again, fetch_suitable};
pub(super) use resolution::{
    PlannedResolution, Preferences, PythonPatch, TooNew, local_path, plan_resolution, resolve,
};
pub use resolved::PythonToFetch;
pub(super) use resolved::{PythonSupply, Resolution};
pub(super) use shared_files::shared_directories;
pub(super) use supply::{Supply, with_intact_wheels};
