//! The files of an environment that came with no wheel: recorded before any wheel is installed.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::error::AppError;
use crate::host::{FileKind, Host};
use crate::store::{files_below, relative};
use crate::vocab::Algorithm;
use crate::wheel::RecordHash;

/// A file or link of an environment, by its path relative to the environment's root, with `/`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum OwnEntry {
    File { path: String, hash: RecordHash },
    Link { path: String, target: PathBuf },
}

/// Everything below a directory, sorted by path.
pub(in crate::app) fn inventory(host: &Host, root: &Path) -> Result<Vec<OwnEntry>, AppError> {
    let mut paths = files_below(host, root)?;
    paths.sort();
    let entry = |path: &PathBuf| {
        let relative = relative(path, root);
        if host.files.kind(path)? == Some(FileKind::Symlink) {
            return Ok(OwnEntry::Link { path: relative, target: host.files.read_link(path)? });
        }
        let hash = host.files.hash::<AppError>(path, Algorithm::Sha256, &host.interrupt)?.into();
        Ok(OwnEntry::File { path: relative, hash })
    };
    paths.iter().map(entry).collect()
}
