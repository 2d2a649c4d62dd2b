//! Directories that only their user may access.

use std::path::Path;

use super::{FileError, Files};

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
