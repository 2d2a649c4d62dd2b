//! Pins and the state on disk -> the steps to carry out: printable and serialisable.

mod changes;
mod step;

pub use changes::{VersionChange, changes};
pub use step::{Fetch, Plan, PythonChoice, Step};
