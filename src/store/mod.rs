//! Unpacked wheels by SHA-256: admitted once, linked into environments.
//!
//! ```text
//! <root>/.lock                   shared by installs, exclusive to a sweep
//! <root>/.locks/<32 hex>         exclusive to the process that admits that wheel
//! <root>/<32 hex>/tree/          the unpacked files
//! <root>/<32 hex>/manifest       describes the files; an entry without it does not exist
//! <root>/<32 hex>/notes          lines about the wheel, which mean nothing to the store
//! <root>/<32 hex>/unsynced       the boot in which it was unpacked, until it is known to be on the disk
//! ```
//!
//! Files have the modes that pip gives them, less the umask; an environment shares those that its umask gives the same.
//! Read-only files would be protected from editors, but would break programs that copy their own templates, since the
//! copies would be read-only too (`jupyter lab build`, `alembic init`, `dbt init`). A changed file is found by its hash.

mod admit;
mod assemble;
mod durable;
mod entry_name;
mod error;
mod inspect;
mod manifest;
mod manifest_text;
mod notes;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod stored_wheel;
mod survey;
mod sweep;
#[cfg(test)]
mod tests;
mod wheels;

pub use assemble::{
    AssembleError, Assembly, AssemblyOptions, CallerVariables, Clash, Command, ENVIRONMENT_RECORD, Installed, LinkMode,
    Placement, assemble, command_names_of,
};
pub use durable::is_bytecode;
pub use error::StoreError;
pub use inspect::{Difference, DifferenceKind, Expected, Inspector, files_below, relative};
pub use manifest::Manifest;
pub use stored_wheel::StoredWheel;
pub use survey::StoreSurvey;
pub use sweep::Sweep;
pub use wheels::{SharedLock, Store};
