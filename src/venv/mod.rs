//! A virtual environment, written without running Python: first a list of steps, then the steps. Behaves like one that
//! the interpreter's own `venv` makes (PEP 405); installs nothing into it.

mod activate;
#[cfg(test)]
mod activate_tests;
mod base;
#[cfg(test)]
mod compare;
mod config;
mod create;
mod error;
#[cfg(test)]
mod fixtures;
mod layout;
mod quote;
mod step;
mod steps;

pub use config::SystemSitePackages;
pub use create::{Options, check_interpreter, layout, planned, write};
pub use error::VenvError;
pub use layout::{Launchers, Layout};
pub use step::Step;
