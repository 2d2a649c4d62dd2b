//! Unpacked wheels by SHA-256: admitted once, linked into environments.
//!
//! ```text
//! <root>/.lock                   shared by installs, exclusive to a sweep
//! <root>/.locks/<32 hex>         exclusive to whoever admits that wheel
//! <root>/<32 hex>/tree/          the unpacked files
//! <root>/<32 hex>/manifest       what the files are; its presence makes the entry
//! <root>/<32 hex>/unsynced       the boot in which it was unpacked, until it is known to be on the disk
//! ```
//!
//! Files keep the modes that pip gives them, less the umask, though hard-linked environments share them: read-only
//! files would be safer from an editor but break programs that copy their own templates, whose copies would be
//! read-only too (`jupyter lab build`, `alembic init`, `dbt init` do so). A changed file is found by its hash.

mod admit;
mod assemble;
mod durable;
mod error;
mod inspect;
mod manifest;
mod manifest_text;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod stored_wheel;
mod sweep;
#[cfg(test)]
mod tests;
mod thread_budget;
mod wheels;

pub use assemble::{AssembleError, Assembly, Clash, Command, Installed, LinkMode, Placement, assemble};
pub use durable::is_bytecode;
pub use error::StoreError;
pub use inspect::{Difference, DifferenceKind, Expected, Inspector, files_below, relative};
pub use manifest::Manifest;
pub use stored_wheel::StoredWheel;
pub use sweep::Sweep;
pub use wheels::{SharedLock, Store};
