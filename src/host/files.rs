//! Files and directories: reading, staged and atomic writing, links. Every error names the act and the path.
#![expect(clippy::disallowed_methods, reason = "this is the access to files")]

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::checkpoint::checkpoint;
use super::file_error::{FileError, failed, ignore_absent, is_absent};
use super::file_kind::FileKind;
use super::file_retry::retry_while_in_use;
use super::staged_name::{staged_for, staged_name};

/// Reads and changes files.
#[derive(Clone, Copy, Debug)]
pub struct Files;

/// A file regardless of its names: its device and inode number.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct FileId(u64, u64);

/// States if written data is known to be on the disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Durability {
    Certain,
    Unknown,
}

/// The outcome of a replacement that only a certain content admits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Replaced {
    Done,
    /// Another program has changed the file meanwhile, and it is as that program left it.
    Outdated,
}

/// The permission bits of files for this user alone.
pub const PRIVATE: u32 = 0o600;

/// The permission bits of files that the umask may leave to others.
pub const SHARED: u32 = 0o666;

/// The name of the file that is written to check that files can be written.
pub const TRIAL: &str = "trial";

/// More than the last file of a change holds, and the unit in which most disks allocate.
const TRIAL_CONTENT: [u8; 4096] = [b'\n'; 4096];

/// Windows' code for a path that leads through something other than a directory.
const ERROR_DIRECTORY: i32 = 267;

impl Files {
    /// Opens a file for reading. A named pipe or a device is refused, and not waited for.
    pub fn open(self, path: &Path) -> Result<File, FileError> {
        open_now(path).map_err(failed("open", path))
    }

    /// Creates a file that must not exist yet, with permission bits (ignored on Windows) less the umask.
    pub fn create_new(self, path: &Path, mode: u32) -> Result<File, FileError> {
        checkpoint("disk");
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        with_mode(&mut options, mode);
        options.open(path).map_err(failed("create", path))
    }

    /// Writes a new file that must not exist yet.
    pub fn write_new(self, path: &Path, bytes: &[u8], mode: u32) -> Result<(), FileError> {
        let mut file = self.create_new(path, mode)?;
        checkpoint("disk");
        file.write_all(bytes).map_err(failed("write", path))
    }

    /// Writes a file so that at any instant it holds the old content or the new, also after power loss: written
    /// beside, synced, renamed over. Parent directories are created.
    pub fn write_atomic(self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        self.write_atomic_with_mode(path, bytes, SHARED)
    }

    /// Like [`Self::write_atomic`], with permission bits (ignored on Windows) less the umask.
    pub fn write_atomic_with_mode(self, path: &Path, bytes: &[u8], mode: u32) -> Result<(), FileError> {
        let directory = path.parent().unwrap_or(Path::new("."));
        self.create_dirs(directory)?;
        self.replace(path, mode, |file| file.write_all(bytes).and_then(|()| file.sync_all()))?;
        self.sync_dir(directory)
    }

    /// Writes a file so that other processes see the old content or the new. After power loss it may hold anything:
    /// only for content that is checked when it is read. No other user may read it. Parent directories are created.
    pub fn write_unsynced(self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        self.create_dirs(path.parent().unwrap_or(Path::new(".")))?;
        self.replace(path, PRIVATE, |file| file.write_all(bytes))
    }

    /// Puts a symbolic link in place with one rename, replacing any file or link at that path. Unix only: elsewhere
    /// it fails.
    pub fn symlink_atomic(self, target: &Path, path: &Path) -> Result<(), FileError> {
        let directory = path.parent().unwrap_or(Path::new("."));
        self.create_dirs(directory)?;
        let staged = staged_name(path);
        let of_path = |error: FileError| FileError { path: path.to_owned(), ..error };
        self.symlink(target, &staged).map_err(of_path)?;
        if let Err(error) = self.rename(&staged, path) {
            let _ = fs::remove_file(&staged);
            return Err(FileError { act: "link", ..of_path(error) });
        }
        self.sync_dir(directory)
    }

    /// Makes a symbolic link. Unix only: elsewhere it fails.
    pub fn symlink(self, target: &Path, path: &Path) -> Result<(), FileError> {
        checkpoint("disk");
        #[cfg(unix)]
        let made = std::os::unix::fs::symlink(target, path).map_err(name_unsupported);
        #[cfg(not(unix))]
        let made = Err(io::Error::new(io::ErrorKind::Unsupported, format!("failed to link to `{}`", target.display())));
        made.map_err(failed("link", path))
    }

    /// The target of a symbolic link, as written.
    pub fn read_link(self, path: &Path) -> Result<PathBuf, FileError> {
        fs::read_link(path).map_err(failed("read the link", path))
    }

    /// Makes a second name of a file.
    pub fn hard_link(self, original: &Path, path: &Path) -> Result<(), FileError> {
        checkpoint("disk");
        fs::hard_link(original, path).map_err(failed("link", path))
    }

    /// Makes a copy that shares its blocks with the original; fails where the file system cannot.
    pub fn reflink(self, original: &Path, path: &Path) -> Result<(), FileError> {
        checkpoint("disk");
        reflink_copy::reflink(original, path).map_err(failed("clone", path))
    }

    /// Copies content and permissions; returns the number of bytes.
    pub fn copy(self, original: &Path, path: &Path) -> Result<u64, FileError> {
        checkpoint("disk");
        fs::copy(original, path).map_err(failed("copy", path))
    }

    /// Copies content into a file that must not exist yet, with permission bits less the umask; returns the number of
    /// bytes.
    pub fn copy_new(self, original: &Path, path: &Path, mode: u32) -> Result<u64, FileError> {
        let mut from = self.open(original)?;
        let mut to = self.create_new(path, mode)?;
        io::copy(&mut from, &mut to).map_err(failed("write", path))
    }

    /// Checks, by trying, that files can be created and written in a directory. If it does not exist yet, the nearest
    /// existing directory above it is checked. Trial files of killed processes are removed.
    pub fn check_writable(self, directory: &Path) -> Result<(), FileError> {
        let nearest = directory.ancestors().find(|above| fs::symlink_metadata(above).is_ok()).unwrap_or(directory);
        if cfg!(windows) && fs::metadata(nearest).is_ok_and(|metadata| !metadata.is_dir()) {
            // Windows would report a missing file.
            return Err(failed("write to", directory)(io::Error::from_raw_os_error(ERROR_DIRECTORY)));
        }
        for left in self.list(nearest).unwrap_or_default() {
            if left.file_name().and_then(OsStr::to_str).and_then(staged_for) == Some(TRIAL) {
                self.remove_file(&left)?;
            }
        }
        let trial = staged_name(&nearest.join(TRIAL));
        let written = self.write_new(&trial, &TRIAL_CONTENT, 0o666);
        let removed = self.remove_file(&trial);
        written.map_err(|error| failed("write to", directory)(error.source))?;
        removed
    }

    /// Renames, over an existing file.
    pub fn rename(self, from: &Path, to: &Path) -> Result<(), FileError> {
        checkpoint("disk");
        retry_while_in_use(|| fs::rename(from, to)).map_err(failed("rename", from))
    }

    /// Creates a directory that must not exist yet.
    pub fn create_dir(self, path: &Path) -> Result<(), FileError> {
        checkpoint("disk");
        fs::create_dir(path).map_err(failed("create the directory", path))
    }

    /// Creates a directory and its parents where missing.
    pub fn create_dirs(self, path: &Path) -> Result<(), FileError> {
        checkpoint("disk");
        fs::create_dir_all(path).map_err(failed("create the directory", path))
    }

    /// Removes a file or a link; no error when there is none.
    pub fn remove_file(self, path: &Path) -> Result<(), FileError> {
        checkpoint("disk");
        ignore_absent(retry_while_in_use(|| fs::remove_file(path))).map_err(failed("remove", path))
    }

    /// Removes an empty directory; no error when there is none.
    pub fn remove_dir(self, path: &Path) -> Result<(), FileError> {
        checkpoint("disk");
        ignore_absent(fs::remove_dir(path)).map_err(failed("remove", path))
    }

    /// The kind of the file at a path; `None` if there is none.
    pub fn kind(self, path: &Path) -> Result<Option<FileKind>, FileError> {
        Ok(self.metadata_if_present(path)?.map(|metadata| FileKind::of(metadata.file_type())))
    }

    /// Length, times and permissions of the file at a path, a link not followed; `None` if there is none.
    pub fn metadata_if_present(self, path: &Path) -> Result<Option<Metadata>, FileError> {
        match fs::symlink_metadata(path) {
            Ok(metadata) => Ok(Some(metadata)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(source) => Err(failed("inspect", path)(source)),
        }
    }

    /// True if a path, links followed, leads to a file.
    pub fn is_file(self, path: &Path) -> bool {
        path.is_file()
    }

    /// True if a path, links followed, leads to a directory.
    pub fn is_dir(self, path: &Path) -> bool {
        path.is_dir()
    }

    /// Size, times and permissions, links followed.
    pub fn metadata(self, path: &Path) -> Result<Metadata, FileError> {
        fs::metadata(path).map_err(failed("inspect", path))
    }

    /// The absolute path with every link resolved, without Windows' verbatim prefix.
    pub fn canonical(self, path: &Path) -> Result<PathBuf, FileError> {
        let canonical = fs::canonicalize(path).map_err(failed("resolve", path))?;
        Ok(without_verbatim_prefix(canonical))
    }

    /// The same of a path that may not exist, as far as it does.
    pub fn canonical_if_present(self, path: &Path) -> PathBuf {
        // By parts: joining with nothing would add a slash.
        let canonical = |above: &Path| {
            let below = path.strip_prefix(above).ok()?;
            Some(self.canonical(above).ok()?.iter().chain(below).collect())
        };
        path.ancestors().find_map(canonical).unwrap_or_else(|| path.to_owned())
    }

    /// Sets permission bits; on Windows only whether the file is read-only.
    pub fn set_mode(self, path: &Path, mode: u32) -> Result<(), FileError> {
        set_mode(path, mode).map_err(failed("set the permissions of", path))
    }

    /// Makes sure that a file's content is on the disk.
    pub fn sync_file(self, path: &Path) -> Result<(), FileError> {
        // Windows syncs only what is open for writing.
        let file = if cfg!(windows) { OpenOptions::new().write(true).open(path) } else { File::open(path) };
        file.and_then(|file| file.sync_all()).map_err(failed("sync", path))
    }

    /// Makes sure that a directory's entries are on the disk. Windows has no such call and journals them.
    pub fn sync_dir(self, path: &Path) -> Result<(), FileError> {
        if cfg!(windows) {
            return Ok(());
        }
        self.sync_file(path)
    }

    /// Makes sure that everything written so far to the file system that holds a directory is on the disk, where the
    /// system has a call for that.
    pub fn sync_file_system(self, directory: &Path) -> Result<Durability, FileError> {
        #[cfg(target_os = "linux")]
        {
            let opened = self.open(directory)?;
            rustix::fs::syncfs(&opened).map_err(|error| failed("sync", directory)(error.into()))?;
            Ok(Durability::Certain)
        }
        // macOS' `sync` only schedules the writing; Windows syncs a volume for administrators only.
        #[cfg(not(target_os = "linux"))]
        self.kind(directory).map(|_| Durability::Unknown)
    }

    /// The identity of a file with several names; `None` for a file with one name, and on Windows.
    pub fn shared_id(self, path: &Path) -> Result<Option<FileId>, FileError> {
        let metadata = fs::symlink_metadata(path).map_err(failed("inspect", path))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            Ok((metadata.nlink() > 1).then(|| FileId(metadata.dev(), metadata.ino())))
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Ok(None)
        }
    }

    /// Sets the time at which a file was last written.
    pub fn set_modified(self, path: &Path, time: SystemTime) -> Result<(), FileError> {
        let file = OpenOptions::new().append(true).open(path).map_err(failed("open", path))?;
        file.set_modified(time).map_err(failed("set the time of", path))
    }

    /// True if the mode of the file lets anyone execute it; on Windows always.
    pub fn is_executable(self, path: &Path) -> Result<bool, FileError> {
        Ok(is_executable(&self.metadata(path)?))
    }

    /// Writes a file beside the path and renames it over.
    fn replace(self, path: &Path, mode: u32, write: impl Fn(&mut File) -> io::Result<()>) -> Result<(), FileError> {
        self.replace_if(path, mode, write, || true).map(drop)
    }

    /// The same, if the file at the path may still be replaced once the other one is written.
    pub(super) fn replace_if(
        self,
        path: &Path,
        mode: u32,
        write: impl Fn(&mut File) -> io::Result<()>,
        is_admitted: impl Fn() -> bool,
    ) -> Result<Replaced, FileError> {
        let staged = staged_name(path);
        let write = |mut file: File| {
            checkpoint("disk");
            write(&mut file).map_err(failed("write", &staged))
        };
        let written = self.create_new(&staged, mode).and_then(write);
        let replaced = written.and_then(|()| {
            if is_admitted() {
                return self.rename(&staged, path).map(|()| Replaced::Done);
            }
            self.remove_file(&staged).map(|()| Replaced::Outdated)
        });
        replaced.map_err(|error| {
            let _ = fs::remove_file(&staged);
            // Nobody knows the other name.
            FileError { act: "write", path: path.to_owned(), source: error.source }
        })
    }
}

/// Opens a file or a directory for reading, and never waits for a program at the other end of a named pipe.
pub(super) fn open_now(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    match FileKind::of(file.metadata()?.file_type()) {
        // People name the empty device to say that they have no such file.
        FileKind::Other if path != Path::new("/dev/null") => {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"))
        }
        FileKind::Directory | FileKind::File | FileKind::Other | FileKind::Symlink => Ok(file),
    }
}

#[cfg(unix)]
fn with_mode(options: &mut OpenOptions, mode: u32) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(mode);
}

#[cfg(not(unix))]
fn with_mode(_options: &mut OpenOptions, _mode: u32) {}

/// The permission bits of a file; on Windows those that are ignored there.
pub(super) fn mode_bits(metadata: &Metadata) -> u32 {
    permission_bits(metadata).map_or(SHARED, |bits| bits & 0o777)
}

/// The permission bits of a file; `None` on Windows.
pub fn permission_bits(metadata: &Metadata) -> Option<u32> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Some(metadata.permissions().mode() & 0o7777)
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        None
    }
}

/// True if the mode of a file lets anyone execute it; on Windows always.
pub fn is_executable(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        metadata.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    {
        let _ = metadata;
        true
    }
}

/// Gives the errors for a file system without symbolic links one kind; see symlink(2).
#[cfg(unix)]
fn name_unsupported(error: io::Error) -> io::Error {
    use rustix::io::Errno;
    match Errno::from_io_error(&error) {
        Some(Errno::NOSYS | Errno::OPNOTSUPP | Errno::PERM) => {
            io::Error::new(io::ErrorKind::Unsupported, "the file system does not support symbolic links")
        }
        _ => error,
    }
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    let mut permissions = fs::metadata(path)?.permissions();
    permissions.set_readonly(mode & 0o200 == 0);
    fs::set_permissions(path, permissions)
}

/// Windows' verbatim form is one that many programs cannot read.
fn without_verbatim_prefix(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|text| text.strip_prefix(r"\\?\")) {
        Some(rest) if rest.as_bytes().get(1) == Some(&b':') => PathBuf::from(rest),
        _ => path,
    }
}
