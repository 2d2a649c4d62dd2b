//! The directories of a virtual environment for the files of wheels.

use serde::{Deserialize, Serialize};

use crate::vocab::SafePath;

/// The directories of an environment, relative to its root; `data` is the root itself. From the scheme `venv` of
/// `sysconfig`, or, before Python 3.11, the one that `venv` was made with.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Scheme {
    pub purelib: SafePath,
    pub platlib: SafePath,
    pub scripts: SafePath,
    /// Every package has its own directory below it. `sysconfig` has no such directory: pip's is used.
    pub headers: SafePath,
}
