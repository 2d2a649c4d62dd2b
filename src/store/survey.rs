//! Tells what lies in the store's directory and is not the store's.

use std::path::{Path, PathBuf};

use crate::host::{FileError, FileKind, Host, is_staged};

use super::durable::UNSYNCED;
use super::entry_name::{LOCK, LOCKS, is_entry_name};
use super::notes::NOTES;
use super::stored_wheel::{MANIFEST, TREE};
use super::{Manifest, Store};

/// The content of the store's directory.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct StoreSurvey {
    /// Files and directories that the store did not make.
    pub others: Vec<PathBuf>,
    /// True if there is a wheel: nobody else makes those.
    pub has_wheels: bool,
}

impl Store {
    /// Looks at the names of all entries, and at those of their parts.
    pub fn survey(&self, host: &Host) -> Result<StoreSurvey, FileError> {
        let mut survey = StoreSurvey::default();
        for entry in host.files.list(self.root())? {
            let name = entry.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let is_directory = host.files.kind(&entry)? == Some(FileKind::Directory);
            if is_directory && is_entry_name(name) {
                survey.has_wheels |= has_manifest(host, &entry);
                survey.others.extend(host.files.list(&entry)?.into_iter().filter(|part| !is_part(part)));
            } else if !(is_directory && name == LOCKS || !is_directory && name == LOCK || is_staged(&entry)) {
                survey.others.push(entry);
            }
        }
        Ok(survey)
    }
}

fn has_manifest(host: &Host, entry: &Path) -> bool {
    host.files.read_text(&entry.join(MANIFEST)).is_ok_and(|text| Manifest::parse(&text).is_some())
}

fn is_part(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| [MANIFEST, NOTES, TREE, UNSYNCED].contains(&name)) || is_staged(path)
}
