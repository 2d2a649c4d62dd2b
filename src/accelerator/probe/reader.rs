//! Bounded reading of the system's files, and the evidence that was found.

use std::path::{Component, Path, PathBuf};

use crate::accelerator::Evidence;
use crate::host::{FileKind, Host};

/// The directory that stands for `/` in a probe.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Root {
    /// Another one, in tests.
    Below(PathBuf),
    Machine,
}

/// Reads files below a root, and keeps evidence.
pub(super) struct Reader<'a> {
    pub(super) host: &'a Host,
    pub(super) root: &'a Root,
    pub(super) evidence: Vec<Evidence>,
}

/// The most bytes of a file: those of the kernel are far shorter.
const LONGEST: u64 = 64 << 10;

/// The most entries of a directory.
const MOST_ENTRIES: usize = 4096;

/// The most characters of a text in the evidence.
const LONGEST_FINDING: usize = 200;

impl Root {
    /// The path of a file below the root.
    pub(super) fn path(&self, path: &Path) -> PathBuf {
        match self {
            Self::Below(root) => {
                let below = path.components().filter(|part| matches!(part, Component::Normal(_)));
                root.join(below.collect::<PathBuf>())
            }
            Self::Machine => path.to_owned(),
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(host: &'a Host, root: &'a Root) -> Self {
        Self { host, root, evidence: Vec::new() }
    }

    /// The text of a file; `None` if there is none. A file that cannot be read, or is too long, is evidence and no error.
    pub(super) fn text(&mut self, path: &str) -> Option<String> {
        self.text_at_most(path, LONGEST)
    }

    /// The same with another limit, in bytes.
    pub(super) fn text_at_most(&mut self, path: &str, limit: u64) -> Option<String> {
        match self.host.files.read_if_present_at_most(&self.root.path(Path::new(path)), limit) {
            Ok(bytes) => bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => {
                self.found(path, format!("cannot be read: {}", error.source));
                None
            }
        }
    }

    /// The names in a directory, sorted; none if there is no such directory.
    pub(super) fn names(&self, path: &str) -> Vec<String> {
        let entries = self.host.files.list(&self.root.path(Path::new(path))).unwrap_or_default();
        let name = |entry: PathBuf| Some(entry.file_name()?.to_str()?.to_owned());
        entries.into_iter().take(MOST_ENTRIES).filter_map(name).collect()
    }

    /// True if there is something at a path: a file, a directory, a device.
    pub(super) fn exists(&self, path: &str) -> bool {
        self.host.files.kind(&self.root.path(Path::new(path))).is_ok_and(|kind| kind.is_some())
    }

    /// The last name of the path that a link leads to, all links followed; `None` for other files.
    pub(super) fn link_target(&self, path: &str) -> Option<String> {
        let path = self.root.path(Path::new(path));
        if self.host.files.kind(&path).ok()? != Some(FileKind::Symlink) {
            return None;
        }
        let canonical = self.host.files.canonical(&path);
        let target = canonical.or_else(|_| self.host.files.read_link(&path)).ok()?;
        Some(target.file_name()?.to_str()?.to_owned())
    }

    /// Keeps the first line of what a source said.
    pub(super) fn found(&mut self, source: impl Into<String>, finding: impl AsRef<str>) {
        let line = finding.as_ref().trim().lines().next().unwrap_or_default();
        let finding = line.chars().take(LONGEST_FINDING).collect();
        self.evidence.push(Evidence { source: source.into(), finding });
    }
}
