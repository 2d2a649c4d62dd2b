//! The front end for build backends (PEP 517, PEP 518, PEP 660): a source tree -> a wheel. Knows nothing of apps and
//! stores: the environment that a backend runs in is made by its caller.

mod archive;
mod backend;
mod error;
mod git;
mod pkg_info;
mod project;
mod room;
mod source;
mod system;
mod variables;

pub use archive::unpack_archive;
pub use backend::{Backend, Target};
pub use error::BuildError;
pub use git::checkout;
pub use pkg_info::static_metadata;
pub use project::ProjectFacts;
pub use room::Room;
pub use source::{InvalidSource, SourceAddress, SourceKind};
pub use system::BuildSystem;
