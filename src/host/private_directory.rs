//! Directories that only their user may access.

use std::path::Path;

use super::{FileError, Files};

/// The permissions of group and others to write.
#[cfg(unix)]
pub(super) const WRITABLE_BY_OTHERS: u32 = 0o022;

impl Files {
    /// Creates a directory that only this user may access, with its parents where missing. An existing one of this user is
    /// closed to others. Windows: a directory inherits the access list of its parent, as everywhere.
    pub fn create_private_dirs(self, path: &Path) -> Result<(), FileError> {
        #[cfg(unix)]
        {
            use std::io::ErrorKind;
            use std::os::unix::fs::DirBuilderExt;
            if let Some(parent) = path.parent() {
                self.create_dirs(parent)?;
            }
            super::checkpoint("disk");
            match std::fs::DirBuilder::new().mode(0o700).create(path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => self.close_to_others(path),
                made => made.map_err(super::file_error::failed("create the directory", path)),
            }
        }
        #[cfg(windows)]
        self.create_dirs(path)
    }

    /// True if only this user, or a program with more rights, can create, replace or remove files of a directory. Links to
    /// it are followed. Windows: a directory has the access list of its parent, which is not read.
    pub fn is_private_directory(self, path: &Path) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            self.metadata(path).is_ok_and(|metadata| {
                let is_ours = metadata.uid() == rustix::process::geteuid().as_raw();
                metadata.is_dir() && is_ours && metadata.mode() & WRITABLE_BY_OTHERS == 0
            })
        }
        #[cfg(windows)]
        self.is_dir(path)
    }

    /// Takes the permissions of group and others from a directory of this user.
    #[cfg(unix)]
    fn close_to_others(self, path: &Path) -> Result<(), FileError> {
        use std::os::unix::fs::MetadataExt;
        let metadata = self.metadata(path)?;
        let is_ours = metadata.uid() == rustix::process::geteuid().as_raw();
        if is_ours && metadata.mode() & 0o077 != 0 {
            self.set_mode(path, metadata.mode() & 0o7700)?;
        }
        Ok(())
    }
}
