//! From a request or a lock to pins, and from pins to a built environment.

mod basis;
mod builder;
mod import_check;
mod interpreter_choice;
mod resolution;
mod supply;

pub(super) use basis::with_true_metadata;
pub(super) use builder::Builder;
pub use builder::{BuildStep, Fetch};
pub(super) use import_check::import_check;
pub(super) use resolution::{Preferences, Resolution, discover, hash_local, local_path, resolve};
pub(super) use supply::{Supply, with_intact_wheels};
