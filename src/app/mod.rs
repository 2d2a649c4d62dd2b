//! Installed applications: generations, receipts, launchers; the use cases install, list, run, uninstall, sync.
//!
//! An application is installed when its pointer names a complete generation. Everything else is derived from the
//! generations and can be recomputed.

mod change;
mod error;
mod fingerprint;
mod generation;
mod install;
mod interpreter;
mod launcher;
mod list;
mod name;
mod places;
mod pointer;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod receipt;
mod request;
mod resolution;
mod run;
mod schema;
mod source;
mod standby;
mod state;
mod supply;
mod sync;
mod uninstall;

pub use error::{AppError, directories_hint};
pub use generation::{CommandKind, Complete, GenerationName, InstalledCommand, InstalledWheel};
pub use install::{Context, Exposure, Installation, Mode, Outcome, Renewal, Wish, install};
pub use launcher::Foreign;
pub use list::{BrokenApp, InstalledApp, Listing, list};
pub use name::AppName;
pub use places::{AppPlaces, Places};
pub use request::{Request, Sources};
pub use run::{Runnable, hidden, hidden_name, installed};
pub use source::{Source, SourceError};
pub use sync::{Environment, SyncWish, Synced, sync};
pub use uninstall::{Uninstalled, uninstall};

use fingerprint::fingerprint;
use schema::check_schema;
