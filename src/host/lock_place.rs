//! The places of lock files, and the users who may open them.
#![expect(clippy::disallowed_methods, reason = "this is part of the access to file locks")]

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::lock_error::LockError;

/// The path of a lock file.
#[derive(Clone, Debug)]
pub(super) struct LockPlace {
    pub(super) path: PathBuf,
    /// The directory for it, if it does not lie in what it guards.
    pub(super) moved: Option<MovedLocks>,
}

/// A directory that holds the locks of another one.
#[derive(Clone, Debug)]
pub(super) struct MovedLocks {
    pub(super) directory: PathBuf,
    pub(super) guarded: PathBuf,
}

/// A lock file, not locked yet.
pub(super) struct Opened {
    pub(super) file: File,
    /// True if this opening created it.
    pub(super) is_new: bool,
}

impl LockPlace {
    /// Opens the lock file, which is created with its directory if missing.
    pub(super) fn open(&self) -> Result<Opened, LockError> {
        if let Some(moved) = &self.moved {
            moved.create()?;
        }
        open(&self.path).map_err(failed(&self.path))
    }
}

fn open(path: &Path) -> io::Result<Opened> {
    let directory = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    // Windows: a file inherits the access list of its directory.
    #[cfg(unix)]
    let mode = mode_in(directory)?;
    let mut new = options.clone();
    #[cfg(unix)]
    with_mode(&mut new, mode);
    let opened = match new.create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Opened { file: options.open(path)?, is_new: false }
        }
        created => Opened { file: created?, is_new: true },
    };
    #[cfg(unix)]
    restore_mode(&opened.file, mode)?;
    Ok(opened)
}

fn failed(path: &Path) -> impl Fn(io::Error) -> LockError {
    |source| LockError::Io { path: path.to_owned(), source }
}

impl MovedLocks {
    /// Creates the directory, for those who may write to the guarded one, which is created if missing: whoever owns the
    /// locks could keep everybody out.
    fn create(&self) -> Result<(), LockError> {
        let Self { directory, guarded } = self;
        std::fs::create_dir_all(guarded).map_err(failed(guarded))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            if std::fs::symlink_metadata(directory).is_err() {
                let parent = directory.parent().unwrap_or(Path::new("."));
                std::fs::create_dir_all(parent).map_err(failed(parent))?;
                rustix::fs::access(guarded, rustix::fs::Access::WRITE_OK)
                    .map_err(|error| failed(guarded)(error.into()))?;
                check_parent(parent)?;
                match std::fs::DirBuilder::new().mode(0o700).create(directory) {
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                    made => made.map_err(failed(directory))?,
                }
            }
            self.check_owner()
        }
        #[cfg(windows)]
        std::fs::create_dir_all(directory).map_err(failed(directory))
    }

    /// Refuses a directory that another user has made, and gives one of this user the access of the guarded directory.
    #[cfg(unix)]
    fn check_owner(&self) -> Result<(), LockError> {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        const ROOT: u32 = 0;
        let Self { directory, guarded } = self;
        let found = std::fs::symlink_metadata(directory).map_err(failed(directory))?;
        let wanted = std::fs::metadata(guarded).map_err(failed(guarded))?;
        let user = rustix::process::geteuid().as_raw();
        if !found.is_dir() || ![user, wanted.uid(), ROOT].contains(&found.uid()) {
            let problem = "it belongs to another user";
            return Err(LockError::Unsafe { path: directory.clone(), problem });
        }
        let writable = wanted.mode() & 0o022;
        let mode = 0o700 | writable << 1 | writable | writable >> 1 | wanted.mode() & 0o2000;
        if found.uid() == user && (found.mode() & 0o7777, found.gid()) != (mode, wanted.gid()) {
            // A user outside of the group cannot write the guarded directory as one of it.
            let group = rustix::fs::Gid::from_raw(wanted.gid());
            let _ = rustix::fs::chown(directory, None, Some(group));
            let _ = std::fs::set_permissions(directory, std::fs::Permissions::from_mode(mode));
        }
        Ok(())
    }
}

/// Refuses a directory in which everybody may rename the directories of others.
#[cfg(unix)]
fn check_parent(parent: &Path) -> Result<(), LockError> {
    use std::os::unix::fs::MetadataExt;
    const WRITABLE: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let mode = std::fs::metadata(parent).map_err(failed(parent))?.mode();
    if mode & WRITABLE != 0 && mode & STICKY == 0 {
        let problem = "other users can rename what is in it";
        return Err(LockError::Unsafe { path: parent.to_owned(), problem });
    }
    Ok(())
}

/// The mode of a lock file in a directory: those who may write to the directory may open the file. To lock a file it is
/// enough to open it, so everybody else could hold a lock that others may open to read.
#[cfg(unix)]
fn mode_in(directory: &Path) -> io::Result<u32> {
    use std::os::unix::fs::MetadataExt;
    let writable = std::fs::metadata(directory)?.mode() & 0o022;
    Ok(0o600 | writable | writable << 1)
}

#[cfg(unix)]
fn with_mode(options: &mut OpenOptions, mode: u32) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(mode);
}

/// Sets the mode where the umask has reduced it, or an earlier version of Kingbolt has made the file.
#[cfg(unix)]
fn restore_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let metadata = file.metadata()?;
    let is_ours = metadata.uid() == rustix::process::geteuid().as_raw();
    if is_ours && metadata.mode() & 0o777 != mode {
        // A file system without modes refuses this, and shows the same mode for all files.
        let _ = file.set_permissions(std::fs::Permissions::from_mode(mode));
    }
    Ok(())
}
