//! Installed applications: generations, receipts, launchers; the use cases install, upgrade, rollback, list, verify, run,
//! uninstall, sync.
//!
//! An application is installed when its pointer names a complete generation. Everything else is derived from the
//! generations and can be recomputed.

mod change;
mod command;
mod environment;
mod error;
mod hint;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod request;
mod state;

pub use change::bin_directory::Foreign;
pub use change::plan::{Fetch, Plan, PythonChoice, Step};
pub use change::version_change::{VersionChange, changes};
pub use command::cache::{CacheSize, Scope, cache_size, sweep_cache};
pub use command::install::{Installation, Outcome, install};
pub use command::list::{BrokenApp, InstalledApp, ListedGeneration, Listing, list, visible};
pub use command::repair::{Repair, repair};
pub use command::rollback::{RolledBack, Target, rollback};
pub use command::run::{Runnable, hidden, hidden_name, installed};
pub use command::sync::{Environment, SyncWish, Synced, sync};
pub use command::uninstall::{Uninstalled, uninstall};
pub use command::upgrade::{Upgrade, UpgradeWish, remembered, upgrade};
pub use command::verify::{Problem, Verification, verify};
pub use error::AppError;
pub use hint::directories_hint;
pub use request::app_request::{Request, Sources};
pub use request::options::{Check, Mode, Renewal, Wish};
pub use request::source::{Source, SourceError};
pub use state::context::Context;
pub use state::directories::{AppPlaces, Places};
pub use state::generation::{CommandKind, Complete, Generation, GenerationName, InstalledCommand, InstalledWheel};
pub use state::name::AppName;
pub use state::retention::{KEPT, Keep};

use state::fingerprint::fingerprint;
use state::schema::check_schema;
