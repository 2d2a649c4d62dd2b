//! The file systems that directories lie on.

use std::path::{Path, PathBuf};

use super::{FileError, Files};

/// A mounted file system, as far as the system describes it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FileSystem {
    /// The same for all directories of one file system.
    pub id: String,
    /// The type as Linux names it, such as `ext4`. `None` where the system has no such name.
    pub kind: Option<String>,
    /// Bytes that this user may still write. `None` where the file system does not count them.
    pub free_bytes: Option<u64>,
    /// All bytes of the file system.
    pub total_bytes: Option<u64>,
    /// Files and directories that may still be created. `None` where their number has no limit.
    pub free_inodes: Option<u64>,
    /// True if it is mounted with `noexec`.
    pub forbids_execution: bool,
    /// True if it is mounted read-only.
    pub is_read_only: bool,
}

impl Files {
    /// The file system of a directory. If the directory does not exist yet, the nearest existing one above it decides.
    pub fn file_system(self, directory: &Path) -> Result<FileSystem, FileError> {
        let nearest = self.nearest_directory(directory);
        let found = describe(nearest).map_err(super::file_error::failed("inspect", nearest))?;
        let kind = self.file_system_type(nearest);
        Ok(FileSystem { kind, ..found })
    }

    /// The nearest existing directory at or above a path.
    pub fn nearest_directory(self, path: &Path) -> &Path {
        path.ancestors().find(|above| self.is_dir(above)).unwrap_or(path)
    }

    /// The type in Linux's table of mounts.
    fn file_system_type(self, directory: &Path) -> Option<String> {
        if !cfg!(target_os = "linux") {
            return None;
        }
        let table = self.read_text(Path::new("/proc/self/mountinfo")).ok()?;
        mounted_type(&table, &self.canonical(directory).ok()?)
    }
}

#[cfg(unix)]
fn describe(directory: &Path) -> std::io::Result<FileSystem> {
    use rustix::fs::{StatVfsMountFlags, stat, statvfs};
    let found = statvfs(directory)?;
    let is_counted = found.f_blocks > 0;
    Ok(FileSystem {
        id: stat(directory)?.st_dev.to_string(),
        kind: None,
        free_bytes: is_counted.then(|| found.f_bavail.saturating_mul(found.f_frsize)),
        total_bytes: is_counted.then(|| found.f_blocks.saturating_mul(found.f_frsize)),
        free_inodes: (found.f_files > 0).then_some(found.f_favail),
        // Only Linux tells this of a mounted file system.
        forbids_execution: is_noexec(found.f_flag),
        is_read_only: found.f_flag.contains(StatVfsMountFlags::RDONLY),
    })
}

#[cfg(target_os = "linux")]
fn is_noexec(flags: rustix::fs::StatVfsMountFlags) -> bool {
    flags.contains(rustix::fs::StatVfsMountFlags::NOEXEC)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn is_noexec(_flags: rustix::fs::StatVfsMountFlags) -> bool {
    false
}

#[cfg(windows)]
fn describe(directory: &Path) -> std::io::Result<FileSystem> {
    let found = fs4::statvfs(directory)?;
    let drive = directory.components().next().map(|drive| drive.as_os_str().to_string_lossy().to_uppercase());
    Ok(FileSystem {
        id: drive.unwrap_or_default(),
        kind: None,
        free_bytes: Some(found.available_space()),
        total_bytes: Some(found.total_space()),
        free_inodes: None,
        forbids_execution: false,
        is_read_only: false,
    })
}

/// The type of the file system that holds a path without links, from `/proc/self/mountinfo` (`proc_pid_mountinfo(5)`): that
/// of the longest mount point above the path, and of several the one that was mounted last.
fn mounted_type(table: &str, path: &Path) -> Option<String> {
    let mounts = table.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let point = PathBuf::from(unescaped(before.split(' ').nth(4)?));
        path.starts_with(&point).then(|| (point.components().count(), after.split(' ').next()))
    });
    // Of equal ones, the last is the greatest.
    let (_, kind) = mounts.max_by_key(|(length, _)| *length)?;
    kind.map(str::to_owned)
}

/// A mount point as it is: blanks, tabs, line breaks and backslashes are written as octal numbers.
fn unescaped(text: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .iter()
        .fold(text.to_owned(), |text, (escape, character)| text.replace(escape, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
        22 1 0:20 / / rw,relatime - overlay overlay rw,lowerdir=/a\n\
        23 22 0:21 / /proc rw - proc proc rw\n\
        30 22 8:1 / /home rw,relatime shared:3 master:1 - ext4 /dev/sda1 rw\n\
        31 30 8:2 / /home/my\\040disk rw - xfs /dev/sda2 rw\n\
        32 30 8:3 / /home rw - btrfs /dev/sda3 rw\n";

    #[test]
    fn the_type_is_that_of_the_last_mount_at_the_nearest_mount_point() {
        for (path, kind) in
            [("/", "overlay"), ("/homes", "overlay"), ("/home/ada", "btrfs"), ("/home/my disk/x", "xfs")]
        {
            assert_eq!(mounted_type(TABLE, Path::new(path)).as_deref(), Some(kind), "{path}");
        }
        assert_eq!(mounted_type("nonsense\n - \n1 2 3 - ext4\n", Path::new("/")), None);
    }
}
