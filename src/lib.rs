//! Kingbolt installs Python apps, each in its own environment, and verifies every file.
//!
//! Data flows one way: facts and a request in, a plan out, the plan carried out, a receipt written. The modules below
//! stand in the order of `docs/architecture.md`; a test holds that order against the code.

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod host;
#[cfg(test)]
#[path = "../tests/support/parts.rs"]
mod parts;
#[cfg(any(test, fuzzing))]
pub mod property;
pub mod vocab;

pub mod accelerator;
pub mod app;
pub mod archive;
pub mod build;
pub mod cli;
pub mod doctor;
pub mod fetch;
pub mod index;
pub mod launcher;
pub mod lock;
pub mod platform;
pub mod python;
pub mod pytorch;
pub mod release;
pub mod resolve;
pub mod store;
pub mod trust;
pub mod venv;
pub mod wheel;
