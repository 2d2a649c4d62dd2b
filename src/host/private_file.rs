//! Files that no other user can change while they are read: bytes are hashed and used from one opening of such a file.
#![expect(clippy::disallowed_methods, reason = "this is part of the access to files")]

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use super::checkpoint::checkpoint;
use super::file_error::failed;
#[cfg(unix)]
use super::private_directory::WRITABLE_BY_OTHERS;
use super::staged_name::staged_name;
use super::{FileError, Files, Interrupt, Interrupted, RandomFile, read_blocks};
use crate::vocab::Sha256;

/// A file that was hashed, and that no other user can change: what is read from it is what was hashed.
#[derive(Debug)]
pub struct VerifiedFile {
    pub file: RandomFile,
    pub sha256: Sha256,
}

impl Files {
    /// Copies an open file, from its current position to its end, into a private file of a directory, which no other
    /// process can open. Passes the bytes of the copy on, block by block. Shares the blocks with the original where the
    /// file system can.
    pub fn copy_private<E>(
        self,
        original: &mut File,
        path: &Path,
        directory: &Path,
        interrupt: &Interrupt,
        mut take: impl FnMut(&[u8]),
    ) -> Result<File, E>
    where
        E: From<FileError> + From<Interrupted>,
    {
        let mut copy = self.create_private(directory)?;
        if clone_content(original, &copy) {
            read_blocks::<E>(&mut copy, path, interrupt, |block| {
                take(block);
                Ok(())
            })?;
        } else {
            read_blocks::<E>(original, path, interrupt, |block| {
                copy.write_all(block).map_err(failed("write a private copy in", directory))?;
                take(block);
                Ok(())
            })?;
        }
        checkpoint("disk");
        copy.rewind().map_err(failed("read a private copy in", directory))?;
        Ok(copy)
    }

    /// Opens a file for reading and writing, created when missing, content kept. Never writes through a link: a link, or
    /// a file with another name, is replaced by a new file. A new file is open to this user only.
    pub fn open_or_create(self, path: &Path) -> Result<File, FileError> {
        checkpoint("disk");
        if self.metadata_if_present(path)?.is_some_and(|metadata| !metadata.is_dir() && !is_only_name(&metadata)) {
            self.remove_file(path)?;
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        for_this_user(&mut options);
        options.open(path).map_err(failed("open", path))
    }

    /// Reads a file that only this user can have written; `None` if there is none, or only one that somebody else may have
    /// written. A link is not followed.
    pub fn read_private(self, path: &Path) -> Option<Vec<u8>> {
        let mut options = OpenOptions::new();
        options.read(true);
        for_this_user(&mut options);
        let mut file = options.open(path).ok()?;
        let mut bytes = Vec::new();
        (is_private(&file).ok()? && file.read_to_end(&mut bytes).is_ok()).then_some(bytes)
    }

    /// Creates an empty file that no other process can open: it has no name, or on Windows is not shared and is deleted
    /// when it is closed.
    pub fn create_private(self, directory: &Path) -> Result<File, FileError> {
        self.create_dirs(directory)?;
        let path = staged_name(&directory.join("copy"));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        for_this_user(&mut options);
        #[cfg(windows)]
        {
            use std::os::windows::fs::OpenOptionsExt;
            /// `FILE_FLAG_DELETE_ON_CLOSE` of `CreateFileW`.
            const DELETE_ON_CLOSE: u32 = 0x0400_0000;
            options.share_mode(0).custom_flags(DELETE_ON_CLOSE);
        }
        let file = options.open(&path).map_err(failed("create", &path))?;
        #[cfg(unix)]
        self.remove_file(&path)?;
        Ok(file)
    }
}

/// True if no other user can change the content of an open file of [`Files::open_or_create`].
pub fn is_private(file: &File) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let metadata = file.metadata()?;
        let is_ours = metadata.uid() == rustix::process::geteuid().as_raw();
        Ok(is_ours && metadata.mode() & WRITABLE_BY_OTHERS == 0 && is_only_name(&metadata))
    }
    // On Windows the file is opened so that nobody else can open it for writing.
    #[cfg(not(unix))]
    file.metadata().map(|_| true)
}

/// True for a file that cannot be reached by another name.
fn is_only_name(metadata: &std::fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        metadata.is_file() && metadata.nlink() == 1
    }
    #[cfg(not(unix))]
    metadata.is_file()
}

#[cfg(unix)]
fn for_this_user(options: &mut OpenOptions) {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600).custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
}

#[cfg(windows)]
fn for_this_user(options: &mut OpenOptions) {
    use std::os::windows::fs::OpenOptionsExt;
    /// `FILE_SHARE_READ` of `CreateFileW`.
    const SHARE_READ: u32 = 1;
    options.share_mode(SHARE_READ);
}

/// Makes an empty file share the blocks of another one, if the file system can.
#[cfg(target_os = "linux")]
fn clone_content(original: &File, copy: &File) -> bool {
    rustix::fs::ioctl_ficlone(copy, original).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn clone_content(_original: &File, _copy: &File) -> bool {
    false
}
