//! The state of apps on disk: read once, under the lock of an app, and kept true by every step that changes it.

mod app_lock;
mod app_state;
pub(super) mod cache;
mod chosen_build;
mod context;
mod directories;
mod environment;
mod fingerprint;
pub(super) mod generation;
pub(super) mod home;
mod in_use;
mod installed_apps;
pub(super) mod integrity;
pub(super) mod interpreter;
mod inventory;
mod managed_pythons;
mod manifest;
mod marked_directory;
mod marker;
mod name;
pub(super) mod pointer;
mod python_name;
mod python_use;
mod python_user;
mod receipt;
pub(super) mod records;
mod retention;
pub(super) mod schema;
pub(super) mod sweep;
mod unmarked_cache;

pub(super) use app_lock::{lock, lock_installed};
pub(super) use app_state::AppState;
pub use chosen_build::ChosenBuild;
pub use context::{Context, OnlineContext};
pub use directories::{AppDirectories, Directories, HomeAccess};
pub(super) use directories::{POINTER, create_private_home};
pub use environment::Environment;
pub(super) use environment::SCHEMA as ENVIRONMENT_SCHEMA;
pub(super) use environment::{BuiltEnvironment, KnownEnvironment, PendingChange};
pub(super) use fingerprint::fingerprint;
pub use generation::{
    CommandKind, Generation, GenerationName, GenerationRecord, InstalledCommand, InstalledWheel, RecordedPython,
};
pub use in_use::Use;
pub(super) use in_use::{unused, use_current};
pub use installed_apps::visible_apps;
pub(super) use installed_apps::{all_apps, is_installed, not_installed};
pub(super) use integrity::{is_intact, is_usable, unchanged_record};
pub(super) use interpreter::Standing;
pub use inventory::OwnEntry;
pub(super) use inventory::inventory;
pub use managed_pythons::{ManagedPython, PythonReason, PythonRecord};
pub(super) use managed_pythons::{
    SCHEMA as PYTHON_SCHEMA, installed_python, installed_pythons, remove_python, write_python_record,
};
pub use manifest::{InvalidManifest, Manifest};
pub use marked_directory::MarkedDirectory;
pub(super) use marker::{Ownership, is_lost_and_found};
pub use name::AppName;
pub(super) use pointer::Pointer;
pub(super) use python_use::{
    PythonsInUse, clear_unfinished_pythons, lock_python, python_users, sweep_of_pythons, sweep_pythons, unused_pythons,
    use_managed, use_pythons,
};
pub use python_user::PythonUser;
#[cfg(any(test, fuzzing))]
pub(super) use receipt::Receipt;
pub(super) use retention::{Damaged, Position, Retention};
pub(super) use sweep::{SweepScope, clear_unfinished, sweep, wheels_of_unfinished};
pub(super) use unmarked_cache::is_cached;
