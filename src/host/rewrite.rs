//! Replaces the content of a file that exists, and nothing else of it: its permissions, owner and group stay.

use std::fs::{File, Metadata};
use std::io::{self, Write as _};
use std::path::Path;

use super::file_error::FileError;
use super::files::{Files, Replaced, mode_bits};

impl Files {
    /// Like [`Self::write_atomic`], for a file that exists.
    pub fn rewrite_atomic(self, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        self.rewrite_if(path, bytes, || true).map(drop)
    }

    /// The same, if the file has the content that it had when it was read: lines that another program appended meanwhile
    /// are not lost.
    pub fn rewrite_unchanged(self, path: &Path, before: &[u8], bytes: &[u8]) -> Result<Replaced, FileError> {
        let limit = before.len() as u64;
        // Something longer has changed.
        self.rewrite_if(path, bytes, || self.read_at_most(path, limit).is_ok_and(|now| now == before))
    }

    fn rewrite_if(self, path: &Path, bytes: &[u8], is_admitted: impl Fn() -> bool) -> Result<Replaced, FileError> {
        let metadata = self.metadata(path)?;
        let write = |file: &mut File| {
            keep_owner(file, &metadata)?;
            // Also those that the umask takes from new files.
            file.set_permissions(metadata.permissions())?;
            file.write_all(bytes).and_then(|()| file.sync_all())
        };
        let replaced = self.replace_if(path, mode_bits(&metadata), write, is_admitted)?;
        self.sync_dir(path.parent().unwrap_or(Path::new(".")))?;
        Ok(replaced)
    }
}

/// Gives a new file the owner and the group of the one that it replaces: root may rewrite the files of others. A group that
/// this user does not belong to cannot be kept.
#[cfg(unix)]
fn keep_owner(file: &File, replaced: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata()?;
    if new.gid() != replaced.gid() {
        let _ = fchown(file, None, Some(replaced.gid()));
    }
    if new.uid() != replaced.uid() {
        fchown(file, Some(replaced.uid()), None)?;
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it fails elsewhere")]
fn keep_owner(_file: &File, _replaced: &Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Host;

    #[test]
    fn a_file_that_another_program_changed_meanwhile_stays_as_it_is() {
        let files = Host::real().files;
        let directory = tempfile::tempdir().expect("there is room");
        let path = directory.path().join("profile");
        files.write_new(&path, b"one\n", 0o644).expect("it is new");
        for other in ["one\nanother\n", "two\n", ""] {
            files.write_atomic(&path, other.as_bytes()).expect("it can be written");
            let replaced = files.rewrite_unchanged(&path, b"one\n", b"ours\n").expect("it can be compared");
            assert_eq!(replaced, Replaced::Outdated, "{other}");
            assert_eq!(files.read_text(&path).expect("it is there"), other);
        }
        files.write_atomic(&path, b"one\n").expect("it can be written");
        let replaced = files.rewrite_unchanged(&path, b"one\n", b"ours\n").expect("it can be compared");
        assert_eq!(replaced, Replaced::Done);
        assert_eq!(files.read_text(&path).expect("it is there"), "ours\n");
        assert_eq!(files.list(directory.path()).expect("it can be listed"), [path]);
    }
}
