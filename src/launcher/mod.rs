//! The little program that stands in a directory of commands on Windows and starts the real one: two executables,
//! console and GUI, each with a text file beside it that says what to start. Names no other module, and needs no
//! [`Host`](crate::host::Host): it is a program of its own. Never used on Unix, where symlinks and shebangs do the
//! same, but it works there, so that its promises are tested everywhere.

mod follow;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod run;
mod sidecar;

pub use follow::PROGRAM_SUFFIXES;
pub use run::run;
pub use sidecar::{CONSOLE, GUI, Sidecar, SidecarError, sidecar_of};
