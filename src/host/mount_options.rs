//! The options that file systems are mounted with.

use std::path::Path;

use super::{FileError, Files};

impl Files {
    /// True if nothing in a directory can be executed, because its file system is mounted with `noexec`. If the directory
    /// does not exist yet, the nearest existing one above it decides. Only Linux tells this of a mounted file system.
    pub fn forbids_execution(self, directory: &Path) -> Result<bool, FileError> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{StatVfsMountFlags, statvfs};
            let nearest = self.nearest_directory(directory);
            let found =
                statvfs(nearest).map_err(|error| super::file_error::failed("inspect", nearest)(error.into()))?;
            Ok(found.f_flag.contains(StatVfsMountFlags::NOEXEC))
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = directory;
            Ok(false)
        }
    }
}
