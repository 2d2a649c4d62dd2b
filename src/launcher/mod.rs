//! The small program in a directory of commands on Windows that starts the real one: two executables, console and GUI,
//! each with a text file beside it that names the program to start. Names no other module, and needs no
//! [`Host`](crate::host::Host): it is a separate program. Not used on Unix, where symlinks and shebangs do the same, but
//! it works there, so that it can be tested everywhere.

mod follow;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod run;
mod sidecar;

pub use follow::PROGRAM_SUFFIXES;
pub use run::run;
pub use sidecar::{CONSOLE, GUI, Sidecar, SidecarError, Variables, sidecar_of};
