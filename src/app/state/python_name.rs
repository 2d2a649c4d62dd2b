//! The names in the directory of managed Pythons: of each build a directory, a record and a lock, and one lock for all.

use std::path::Path;

use crate::python::managed::BuildName;

/// The name of the lock on the directory.
pub(super) const PRESENCE: &str = ".lock";

/// The extension of a record.
const RECORD: &str = "toml";

/// The extension of the lock on one build.
const LOCK: &str = "lock";

/// The file name of the lock of a build.
pub(super) fn lock_name(name: &BuildName) -> String {
    format!("{name}.{LOCK}")
}

/// The build whose directory or record a path is.
pub(super) fn of_path(path: &Path) -> Option<BuildName> {
    let name = path.file_name()?.to_str()?;
    BuildName::parse(name.strip_suffix(&format!(".{RECORD}")).unwrap_or(name))
}

/// Returns true for a lock in the directory of managed Pythons.
pub(super) fn is_python_lock(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == PRESENCE) || is_build_lock(path)
}

/// Returns true for the lock of a build.
pub(super) fn is_build_lock(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.strip_suffix(&format!(".{LOCK}")).and_then(BuildName::parse).is_some()
}
