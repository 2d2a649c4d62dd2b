//! Managed Pythons: builds of python-build-standalone that Kingbolt fetches where no suitable interpreter exists. Knows
//! the builds and chooses one; `app` fetches and installs them. Accesses nothing.

mod build;
mod choose;
mod planned;
mod relocate;
mod table;
mod target;

pub use build::{BuildName, ManagedBuild, Origin, record_path};
pub use choose::{NoBuild, builds_for};
pub use planned::planned_interpreter;
pub use relocate::{is_relocated, relocated};
pub use table::{BuildTable, InvalidBuildTable};
pub use target::{InvalidTarget, Target};
