//! The ordered wheel tags of an interpreter (PEP 425, 600, 656, 703, 803). The order is that of `packaging.tags`, so
//! that every installer chooses the same wheel.

mod list;
mod manylinux;
mod native;
mod supported;

pub use list::{Tags, WheelPlatforms};
pub use manylinux::Manylinux;
#[cfg(any(test, fuzzing))]
pub(crate) use supported::cpython;
pub use supported::{TagInputs, supported};
