//! Markers of a lock that have no meaning there (PEP 751, "marker" and "environments").

use super::error::LockFileError;
use crate::vocab::{Marker, Variable};

/// Checks the marker of a package.
///
/// # Errors
/// If it cannot be evaluated: a package that is left out by mistake would be missing.
pub(super) fn check_marker(marker: &Marker) -> Result<(), LockFileError> {
    let undefined = marker.undefined_comparison().map(ToString::to_string);
    let extra = || marker.mentions(Variable::Extra).then(|| marker.to_string());
    match undefined.or_else(extra) {
        Some(marker) => Err(LockFileError::UnusableMarker { marker }),
        None => Ok(()),
    }
}

/// Checks a marker of `environments`, which is about machines only.
pub(super) fn check_environment(marker: &Marker) -> Result<(), LockFileError> {
    check_marker(marker)?;
    if [Variable::DependencyGroups, Variable::Extras].into_iter().any(|variable| marker.mentions(variable)) {
        return Err(LockFileError::UnusableMarker { marker: marker.to_string() });
    }
    Ok(())
}
