//! A virtual environment, written without running Python.

mod layout;

pub use layout::{Launchers, Layout};
