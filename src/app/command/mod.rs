//! One use case per file.

pub(super) mod cache;
pub(super) mod install;
pub(super) mod list;
pub(super) mod repair;
pub(super) mod rollback;
pub(super) mod run;
pub(super) mod sync;
pub(super) mod uninstall;
pub(super) mod upgrade;
pub(super) mod verify;
