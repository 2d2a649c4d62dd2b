//! One file per command: settings in, use case called, outcome shown.

pub(super) mod install;
pub(super) mod list;
pub(super) mod run;
pub(super) mod sync;
pub(super) mod uninstall;

mod shown;
mod wish;
