//! The builds of PyTorch: its packages, releases and indexes as data, and rules on them.
//!
//! Does not access the machine, and fetches nothing: `app/environment` asks the indexes.

mod cuda_majors;
mod extras;
mod indexes;
mod packages;
mod releases;

pub use cuda_majors::{cuda_major, label_of};
pub use extras::{extra_for, is_for_accelerator};
pub use indexes::{IndexBase, InvalidIndexBase};
pub use packages::{Packaging, packaging};
pub use releases::{ReleaseBuilds, Releases, TorchPlatform};
