//! A wheel archive -> a RECORD-checked tree; entry points and scripts. Knows nothing of stores and environments.

mod entry_point;

pub use entry_point::{EntryPoint, EntryPointGroup};
