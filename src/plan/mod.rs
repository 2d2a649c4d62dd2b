//! Pins and the state on disk -> the steps to carry out: printable and serialisable.

mod step;

pub use step::{Fetch, Plan, PythonChoice, Step};
