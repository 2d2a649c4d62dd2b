//! Where things stand in an environment.

use std::path::PathBuf;

/// The directories and programs of one environment; all paths are absolute.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Layout {
    /// The environment's own directory.
    pub root: PathBuf,
    /// The environment's interpreter: what scripts name.
    pub python: PathBuf,
    /// Importable files that any machine can use.
    pub purelib: PathBuf,
    /// Importable files for this kind of machine; often the same directory as `purelib`.
    pub platlib: PathBuf,
    /// Commands.
    pub scripts: PathBuf,
    /// The target of a wheel's `data` scheme.
    pub data: PathBuf,
    /// C headers: each distribution's stand in a directory below, named after it.
    pub headers: PathBuf,
    /// The executables that start scripts where scripts cannot start themselves: on Windows.
    pub launchers: Option<Launchers>,
}

/// Executables to copy under a command's name, beside a sidecar; see [`crate::launcher`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Launchers {
    pub console: PathBuf,
    pub gui: PathBuf,
}
