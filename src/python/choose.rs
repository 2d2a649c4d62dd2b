//! Chooses among the interpreters that were found.

use super::{Discovery, Interpreter, PythonError};
use crate::vocab::VersionSpecifiers;

/// The first interpreter that a package's `Requires-Python` admits.
///
/// # Errors
/// When there is none.
pub fn choose<'a>(
    discovery: &'a Discovery,
    requires_python: &VersionSpecifiers,
) -> Result<&'a Interpreter, PythonError> {
    let fits = |interpreter: &&Interpreter| requires_python.contains(&interpreter.version.only_release());
    discovery.found.iter().find(fits).ok_or_else(|| PythonError::Absent {
        looked_at: discovery.looked_at.clone(),
        skipped: discovery.skipped.clone(),
    })
}
