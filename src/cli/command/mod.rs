//! One file per command: settings in, use case called, outcome shown.

pub(super) mod cache;
pub(super) mod completions;
pub(super) mod config;
pub(super) mod doctor;
pub(super) mod ensurepath;
pub(super) mod exec;
pub(super) mod export;
pub(super) mod help;
pub(super) mod import;
pub(super) mod inject;
pub(super) mod install;
pub(super) mod keygen;
pub(super) mod list;
pub(super) mod man;
pub(super) mod pin;
pub(super) mod python;
pub(super) mod rollback;
pub(super) mod run;
pub(super) mod sign;
pub(super) mod sync;
pub(super) mod uninstall;
pub(super) mod upgrade;
pub(super) mod verify;

mod doctor_page;
mod manifest;
mod outdated;
mod package_changes;
mod public_key;
mod request;
mod secret_key;
mod shown;
mod sources;
