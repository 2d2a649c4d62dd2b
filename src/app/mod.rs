//! Installed apps: generations, receipts, launchers; the use cases install, upgrade, rollback, list, verify, run,
//! uninstall, sync.
//!
//! An app is installed when its pointer names a complete generation. Everything else is derived from the generations and
//! can be recomputed.

mod change;
mod command;
mod environment;
mod error;
mod hint;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod request;
mod state;

pub use change::activation::ActivationStep;
pub use change::app_change::{AppStep, FinishStep};
pub use change::environment_change::{Environment, EnvironmentStep, SwitchStep};
pub use change::plan::{Plan, PlannedPython};
pub use change::version_change::VersionChange;
pub use command::cache::{CacheSize, Scope, cache_size, sweep_cache};
pub use command::install::{Installation, Installed, PlannedInstall, install, plan_install};
pub use command::list::{BrokenApp, InstalledApp, ListedGeneration, Listing, list};
pub use command::repair::{Repair, repair};
pub use command::rollback::{RolledBack, Target, rollback};
pub use command::run::{Runnable, hidden_program, installed_program};
pub use command::sync::{PlannedSync, Synced, plan_sync, sync};
pub use command::uninstall::{Uninstalled, uninstall};
pub use command::upgrade::{PlannedUpgrade, Upgraded, plan_upgrade, recorded_request, upgrade};
pub use command::verify::{Problem, Verification, verify};
pub use environment::builder::{BuildStep, Fetch};
pub use error::AppError;
pub use hint::directories_hint;
pub use request::app_request::{Request, RequestedPython, Sources};
pub use request::options::{Check, InstallOptions, KEPT, Overwrite, Reinstall, SyncOptions, UpgradeOptions};
pub use request::source::{Source, SourceError};
pub use state::context::{Context, OnlineContext};
pub use state::directories::{AppDirectories, Directories};
pub use state::generation::{
    CommandKind, Generation, GenerationName, GenerationRecord, InstalledCommand, InstalledWheel, RecordedPython,
};
pub use state::installed_apps::visible_apps;
pub use state::inventory::OwnEntry;
pub use state::name::AppName;
