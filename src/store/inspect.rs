//! Compares a directory with its expected content.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::host::{Event, FileError, FileId, FileKind, Host, Progress, Silent, ThreadBudget, in_parallel};
use crate::vocab::{Algorithm, Digest, join_relative};
use crate::wheel::{FileMode, RecordHash};

use super::StoreError;

/// The expected content of a path.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Expected {
    /// A file with this content, and with this mode if one is stated.
    File { hash: RecordHash, mode: Option<FileMode> },
    /// A symbolic link with this target.
    Link { target: PathBuf },
}

/// A path whose content is not the expected one.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Difference {
    pub path: PathBuf,
    pub kind: DifferenceKind,
}

/// How a path differs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DifferenceKind {
    Changed,
    Missing,
    /// The path should not exist.
    #[serde(rename = "foreign")]
    Unexpected,
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Unexpected => "unexpected",
        })
    }
}

/// Compares directories. A file with several names is hashed once.
pub struct Inspector<'a> {
    host: &'a Host,
    progress: &'a dyn Progress,
    digests: Mutex<HashMap<FileId, Digest>>,
}

impl<'a> Inspector<'a> {
    /// An inspector that has not hashed any file yet.
    pub fn new(host: &'a Host) -> Self {
        Self::reporting_to(&Silent, host)
    }

    /// The same, which reports each file that was compared.
    pub fn reporting_to(progress: &'a dyn Progress, host: &'a Host) -> Self {
        Self { host, progress, digests: Mutex::default() }
    }

    /// Reports that files of `subject` are about to be compared.
    pub fn begin(&self, subject: &str, files: usize) {
        self.progress.event(Event::VerifyStarted { subject, files });
    }

    /// Reports that they were.
    pub fn end(&self) {
        self.progress.event(Event::VerifyFinished);
    }

    /// The differences between a directory and its expected content, sorted. Paths in `expected` are relative to the
    /// directory, with `/` between their parts. Unexpected files are ignored if `is_tolerated` holds for them.
    ///
    /// # Errors
    /// If a file cannot be read, or this process is interrupted.
    pub fn compare(
        &self,
        root: &Path,
        expected: &BTreeMap<String, Expected>,
        is_tolerated: impl Fn(&str) -> bool,
    ) -> Result<Vec<Difference>, StoreError> {
        let expectations: Vec<(&String, &Expected)> = expected.iter().collect();
        let found = in_parallel(
            &expectations,
            &ThreadBudget::of_machine(),
            || (),
            |(), (path, expected)| {
                self.host.interrupt.check()?;
                let kind = self.difference(&join_relative(root, path), expected)?;
                self.progress.event(Event::FileVerified);
                Ok::<_, StoreError>(kind.map(|kind| Difference { path: join_relative(root, path), kind }))
            },
        )?;
        let mut differences: Vec<Difference> = found.into_iter().flatten().collect();
        for path in files_below(self.host, root)? {
            let name = relative(&path, root);
            if !expected.contains_key(&name) && !is_tolerated(&name) {
                differences.push(Difference { path, kind: DifferenceKind::Unexpected });
            }
        }
        differences.sort();
        Ok(differences)
    }

    fn difference(&self, path: &Path, expected: &Expected) -> Result<Option<DifferenceKind>, StoreError> {
        let files = self.host.files;
        let right = match (files.kind(path)?, expected) {
            (None, _) => return Ok(Some(DifferenceKind::Missing)),
            (Some(FileKind::File), Expected::File { hash, mode }) => {
                let lost_its_mode = *mode == Some(FileMode::Executable) && !files.is_executable(path)?;
                !lost_its_mode && self.digest(path, hash.algorithm())? == *hash.digest()
            }
            (Some(FileKind::Symlink), Expected::Link { target }) => files.read_link(path)? == *target,
            (Some(_), _) => false,
        };
        Ok((!right).then_some(DifferenceKind::Changed))
    }

    fn digest(&self, path: &Path, algorithm: Algorithm) -> Result<Digest, StoreError> {
        let id = self.host.files.shared_id(path)?;
        if let Some(known) = id.as_ref().and_then(|id| self.known(id))
            && known.algorithm() == algorithm
        {
            return Ok(known);
        }
        let digest = self.host.files.hash::<StoreError>(path, algorithm, &self.host.interrupt)?;
        if let Some(id) = id {
            self.digests.lock().unwrap_or_else(PoisonError::into_inner).insert(id, digest.clone());
        }
        Ok(digest)
    }

    fn known(&self, id: &FileId) -> Option<Digest> {
        self.digests.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}

/// All files and links below a directory; links are not followed.
pub fn files_below(host: &Host, root: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut found = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        for (path, kind) in host.files.list_with_kinds(&directory)? {
            match kind {
                FileKind::Directory => directories.push(path),
                FileKind::File | FileKind::Other | FileKind::Symlink => found.push(path),
            }
        }
    }
    Ok(found)
}

/// A path relative to a root, with `/` between its parts.
pub fn relative(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(content: &[u8]) -> Expected {
        Expected::File { hash: RecordHash::of(content), mode: None }
    }

    #[test]
    fn what_is_changed_missing_or_foreign_is_told() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let host = Host::real();
        host.files.create_dirs(&root.join("a/b")).unwrap();
        for (path, content) in [("right", "1"), ("a/changed", "2"), ("a/b/foreign", "3"), ("a/b/tolerated", "4")] {
            host.files.write_new(&root.join(path), content.as_bytes(), 0o666).unwrap();
        }
        host.files.create_dir(&root.join("directory")).unwrap();
        let names = ["right", "a/changed", "gone", "directory"];
        let expected = names.map(|name| (name.to_owned(), file(b"1"))).into();
        let found = Inspector::new(&host).compare(root, &expected, |path| path.ends_with("tolerated")).unwrap();
        let found: Vec<_> = found.iter().map(|one| (relative(&one.path, root), one.kind)).collect();
        let expected = [
            ("a/b/foreign", DifferenceKind::Unexpected),
            ("a/changed", DifferenceKind::Changed),
            ("directory", DifferenceKind::Changed),
            ("gone", DifferenceKind::Missing),
        ];
        assert_eq!(found, expected.map(|(path, kind)| (path.to_owned(), kind)));
    }

    #[test]
    #[cfg(unix)]
    fn a_file_of_several_names_is_right_or_wrong_under_all_of_them() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let host = Host::real();
        host.files.write_new(&root.join("one"), b"1", 0o666).unwrap();
        host.files.hard_link(&root.join("one"), &root.join("other")).unwrap();
        host.files.symlink(Path::new("one"), &root.join("link")).unwrap();
        let link = |target: &str| Expected::Link { target: target.into() };
        let expect = |content: &[u8], target: &str| {
            let expected: [(&str, Expected); 3] =
                [("one", file(content)), ("other", file(content)), ("link", link(target))];
            let expected = expected.map(|(name, expected)| (name.to_owned(), expected)).into();
            Inspector::new(&host).compare(root, &expected, |_| false).unwrap().len()
        };
        assert_eq!(expect(b"1", "one"), 0);
        assert_eq!(expect(b"2", "two"), 3);
    }
}
