//! Managed Pythons: builds of python-build-standalone that Kingbolt fetches where no suitable interpreter exists. Knows
//! the builds and chooses one; `app` fetches and installs them. Accesses nothing.

mod build;
mod choose;
mod table;
mod target;

pub use build::{ManagedBuild, Origin};
pub use choose::{NoBuild, builds_for};
pub use table::{BuildTable, InvalidBuildTable};
pub use target::{InvalidTarget, Target};
