//! Chooses among the interpreters that were found.

use super::{Discovery, Interpreter, PythonError, PythonRequest};
use crate::vocab::{VersionSpecifiers, admits_python};

/// The best of the interpreters that were found which a package's `Requires-Python` admits.
///
/// # Errors
/// When there is none: it names what there is, and why each does not do.
pub fn choose(discovery: Discovery, requires_python: &VersionSpecifiers) -> Result<Interpreter, PythonError> {
    let Discovery { request, mut found, others, mut skipped, looked_at } = discovery;
    if let Some(index) = found.iter().position(|one| admits_python(requires_python, &one.version)) {
        return Ok(found.swap_remove(index));
    }
    if !found.is_empty() {
        return Err(PythonError::Unsuitable { requires_python: requires_python.clone(), found, skipped });
    }
    if matches!(request, PythonRequest::Command(_) | PythonRequest::Path(_)) && !skipped.is_empty() {
        let first = skipped.swap_remove(0);
        return Err(PythonError::Unusable { path: first.path, source: first.reason });
    }
    if others.is_empty() {
        return Err(PythonError::Absent { looked_at, skipped });
    }
    Err(PythonError::NotRequested { request, others, skipped })
}
