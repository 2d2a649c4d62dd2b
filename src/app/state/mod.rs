//! The state on disk: directories, generations, pointer and receipt of each app.

pub(super) mod app_state;
pub(super) mod context;
pub(super) mod directories;
pub(super) mod fingerprint;
pub(super) mod generation;
pub(super) mod integrity;
pub(super) mod interpreter;
pub(super) mod inventory;
pub(super) mod name;
pub(super) mod pointer;
pub(super) mod receipt;
pub(super) mod retention;
pub(super) mod schema;
