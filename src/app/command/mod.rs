//! One use case per file.

mod cache;
mod comparison;
mod exec;
mod export;
mod import;
mod inject;
mod install;
mod list;
mod outdated;
mod pin;
mod plan_uninstall;
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
pub use import::{ForeignApp, ForeignTool, foreign_apps};
pub use inject::{Injection, inject};
pub use install::{Installation, Installed, PlannedInstall, install, plan_install};
pub use list::{BrokenApp, InstalledApp, ListedGeneration, Listing, UnhashedWheel, list};
pub use outdated::{Freshness, HeldBack, OutdatedApp, freshness};
pub use pin::{Pinned, Pinning, pin};
pub use plan_uninstall::{PlannedRemoval, plan_uninstall};
pub use repair::{Repair, repair};
pub use rollback::{RolledBack, Target, rollback};
pub use run::{Runnable, hidden_program, installed_program};
pub use sync::{PlannedSync, Synced, plan_sync, sync};
pub use uninstall::{Uninstalled, uninstall};
pub use upgrade::{PlannedUpgrade, Upgraded, plan_upgrade, recorded_request, upgrade};
pub use verify::{Generations, Problem, Verification, VerifiedGeneration, verify};
