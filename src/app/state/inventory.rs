//! The files of an environment that came with no wheel: recorded before any wheel is installed.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::host::{FileError, FileKind, Host};
use crate::store::{files_below, relative};
use crate::wheel::RecordHash;

/// A file or link of an environment, by its path relative to the environment's root, with `/`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum OwnEntry {
    File { path: String, hash: RecordHash },
    Link { path: String, target: PathBuf },
}

/// Everything below a directory, sorted by path.
pub(in crate::app) fn inventory(host: &Host, root: &Path) -> Result<Vec<OwnEntry>, FileError> {
    let mut paths = files_below(host, root)?;
    paths.sort();
    let entry = |path: &PathBuf| {
        let relative = relative(path, root);
        Ok(match host.files.kind(path)? {
            Some(FileKind::Symlink) => OwnEntry::Link { path: relative, target: host.files.read_link(path)? },
            _ => OwnEntry::File { path: relative, hash: RecordHash::of(&host.files.read(path)?) },
        })
    };
    paths.iter().map(entry).collect()
}
