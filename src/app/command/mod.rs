//! One use case per file.

mod cache;
mod comparison;
mod exec;
mod export;
mod health;
mod hidden_app;
mod import;
mod inject;
mod install;
mod list;
mod outdated;
mod pin;
mod plan_uninstall;
mod python;
mod repair;
mod rollback;
mod run;
mod sync;
mod uninstall;
mod upgrade;
mod verify;

pub use cache::{CacheSize, PlannedSweep, Scope, Swept, cache_size, plan_sweep, sweep_cache};
pub use exec::{AppEnvironment, app_environment};
pub use export::{Exported, export};
pub use health::{Health, health};
pub use hidden_app::{HiddenProgram, Refresh, hidden_program, hidden_python, plain_python};
pub use import::{ForeignApp, ForeignTool, foreign_apps};
pub use inject::{Injection, inject};
pub use install::{Installation, Installed, PlannedInstall, install, plan_install};
pub use list::{BrokenApp, InstalledApp, ListedGeneration, Listing, Selected, UnhashedWheel, list};
pub use outdated::{Freshness, HeldBack, OutdatedApp, freshness};
pub use pin::{Pinned, Pinning, pin};
pub use plan_uninstall::{PlannedRemoval, plan_uninstall};
pub use python::{
    InstalledManagedPython, ListedBuilds, ListedManaged, ListedPython, PythonListing, PythonSelection, RemovedPython,
    UnusableInterpreter, UsedPythons, find_python, install_pythons, list_pythons, plan_install_pythons,
    plan_uninstall_pythons, uninstall_pythons,
};
pub use repair::{Repair, repair};
pub use rollback::{RolledBack, Target, rollback};
pub use run::{PYTHON_VARIABLES, Runnable, installed_program};
pub use sync::{PlannedSync, Synced, plan_sync, sync};
pub use uninstall::{Uninstalled, uninstall};
pub use upgrade::{PlannedUpgrade, Upgraded, plan_upgrade, recorded_request, upgrade};
pub use verify::{Generations, Problem, Verification, VerifiedGeneration, verify};
