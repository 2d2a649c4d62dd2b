//! The state of apps on disk: read once, under the lock of an app, and kept true by every step that changes it.

pub(super) mod app_lock;
pub(super) mod app_state;
pub(super) mod context;
pub(super) mod directories;
pub(super) mod fingerprint;
pub(super) mod generation;
pub(super) mod installed_apps;
pub(super) mod integrity;
pub(super) mod interpreter;
pub(super) mod inventory;
pub(super) mod name;
pub(super) mod pointer;
pub(super) mod receipt;
pub(super) mod retention;
pub(super) mod schema;
