//! Installed applications: generations, receipts, launchers; the use cases install, upgrade, rollback, list, verify, run,
//! uninstall, sync.
//!
//! An application is installed when its pointer names a complete generation. Everything else is derived from the
//! generations and can be recomputed.

mod cache;
mod change;
mod check;
mod context;
mod error;
mod fingerprint;
mod generation;
mod hint;
mod install;
mod interpreter;
mod inventory;
mod keep;
mod launcher;
mod list;
mod name;
mod places;
mod pointer;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod receipt;
mod repair;
mod request;
mod resolution;
mod rollback;
mod run;
mod schema;
mod settle;
mod source;
mod standby;
mod state;
mod supply;
mod sweep;
mod sync;
mod trust;
mod uninstall;
mod upgrade;
mod verify;
mod wish;

pub use cache::{CacheSize, Scope, cache_size, sweep_cache};
pub use context::Context;
pub use error::AppError;
pub use generation::{CommandKind, Complete, Generation, GenerationName, InstalledCommand, InstalledWheel};
pub use hint::directories_hint;
pub use install::{Installation, Outcome, install};
pub use keep::{KEPT, Keep};
pub use launcher::Foreign;
pub use list::{BrokenApp, InstalledApp, ListedGeneration, Listing, list, visible};
pub use name::AppName;
pub use places::{AppPlaces, Places};
pub use repair::{Repair, repair};
pub use request::{Request, Sources};
pub use rollback::{RolledBack, Target, rollback};
pub use run::{Runnable, hidden, hidden_name, installed};
pub use source::{Source, SourceError};
pub use sync::{Environment, SyncWish, Synced, sync};
pub use uninstall::{Uninstalled, uninstall};
pub use upgrade::{Upgrade, UpgradeWish, remembered, upgrade};
pub use verify::{Problem, Verification, verify};
pub use wish::{Check, Mode, Renewal, Wish};

use fingerprint::fingerprint;
use schema::check_schema;
