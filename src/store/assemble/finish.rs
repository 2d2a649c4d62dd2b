//! The files that are generated for a wheel in an environment: its commands, who installed it and why, and RECORD.

use std::fs::Metadata;
use std::path::Path;

use serde_json::json;

use crate::host::{FileError, Host};
use crate::venv::Layout;
use crate::vocab::{DirectKind, DirectReference, Role, Sha256};
use crate::wheel::{FileMode, RecordHash, Starter, TreeFile};

use super::integrity::IntegrityCheck;
use super::link::Linker;
use super::plan::{Batch, Script};
use super::roots::Roots;
use super::rows::Rows;
use super::{AssembleError, Installed, Placement, link, paths};

/// Writes the generated files of one wheel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finish<'a> {
    pub(super) host: &'a Host,
    pub(super) layout: &'a Layout,
    pub(super) roots: &'a Roots,
    pub(super) linker: Linker,
    pub(super) starter: &'a Starter,
    pub(super) placement: Placement<'a>,
    pub(super) integrity: IntegrityCheck<'a>,
}

impl Finish<'_> {
    /// Writes all files that are not linked from the store, and RECORD.
    pub(super) fn run(self, batches: &[&Batch<'_>], scripts: &[&Script<'_>]) -> Result<Installed, AssembleError> {
        let manifest = self.placement.wheel.manifest();
        let library = self.roots.library(manifest);
        let mut rows = Rows::default();
        for batch in batches {
            let prefix = paths::prefix(library, &batch.target);
            for file in &batch.recorded {
                rows.push(format!("{prefix}{}", file.name), &file.hash, file.size);
            }
        }
        let mut installed = Vec::new();
        let prefix = paths::prefix(library, &self.roots.scripts);
        for script in scripts {
            let (command, written) = self.script(script)?;
            installed.extend(command);
            for file in written {
                rows.push(format!("{prefix}{}", file.name), &file.hash, file.size);
            }
        }
        installed.sort();
        // On Windows, a program and a batch file of the same name are one command.
        installed.dedup_by(|one, other| one.name == other.name);
        let information = library.join(&manifest.dist_info);
        for (name, content) in self.info_files() {
            self.write(&information.join(name), &content, FileMode::Plain)?;
            rows.push(format!("{}/{name}", manifest.dist_info), &RecordHash::of(&content), content.len() as u64);
        }
        let (files, bytes) = rows.total();
        let text = rows.text(&format!("{}/RECORD", manifest.dist_info));
        let record = information.join("RECORD");
        self.write(&record, text.as_bytes(), FileMode::Plain)?;
        Ok(Installed {
            name: manifest.archive.name().clone(),
            files: files + 1,
            bytes: bytes + text.len() as u64,
            commands: installed,
            record,
            record_hash: RecordHash::of(text.as_bytes()),
        })
    }

    /// The files of `.dist-info` that record how the wheel was installed (PyPA "recording installed projects", PEP
    /// 610).
    fn info_files(self) -> Vec<(&'static str, Vec<u8>)> {
        let mut files = vec![("INSTALLER", b"kingbolt\n".to_vec())];
        if self.placement.role == Role::Requested {
            files.push(("REQUESTED", Vec::new()));
        }
        if let Some(direct) = self.placement.direct {
            files.push(("direct_url.json", direct_url(direct, self.placement.wheel.sha256()).into_bytes()));
        }
        files
    }

    /// Writes a file into the scripts directory.
    pub(super) fn write_script(self, name: &str, content: &[u8], mode: FileMode) -> Result<Written, AssembleError> {
        self.write(&self.roots.scripts.join(name), content, mode)?;
        Ok(Written { name: name.to_owned(), hash: RecordHash::of(content), size: content.len() as u64 })
    }

    fn write(self, path: &Path, content: &[u8], mode: FileMode) -> Result<(), AssembleError> {
        self.host.files.write_new(path, content, mode.bits()).map_err(|error| self.failed(error))
    }

    pub(super) fn put(
        self,
        original: &Path,
        metadata: &Metadata,
        path: &Path,
        file: &TreeFile,
    ) -> Result<(), AssembleError> {
        self.linker.put(self.host, original, metadata, path, file.mode).map_err(|error| self.failed(error))
    }

    pub(super) fn failed(self, error: FileError) -> AssembleError {
        if link::is_occupied(&error) {
            AssembleError::Occupied { path: error.path, wheel: self.placement.wheel.name().name().clone() }
        } else {
            error.into()
        }
    }
}

/// The text of `direct_url.json` (PEP 610). A wheel that was named itself states its own hash.
fn direct_url(direct: &DirectReference, wheel: Sha256) -> String {
    let archive =
        |algorithm: &str, hex: String| json!({ "hash": format!("{algorithm}={hex}"), "hashes": { algorithm: hex } });
    let url = &direct.url;
    let mut document = match direct.source.as_ref().map(|source| &source.kind) {
        None => json!({ "archive_info": archive("sha256", wheel.to_hex()), "url": url }),
        Some(DirectKind::Archive { digest }) => {
            json!({ "archive_info": archive(digest.algorithm().name(), digest.to_hex()), "url": url })
        }
        Some(DirectKind::Directory { editable: true }) => json!({ "dir_info": { "editable": true }, "url": url }),
        Some(DirectKind::Directory { editable: false }) => json!({ "dir_info": {}, "url": url }),
        Some(DirectKind::Git { commit, revision: None }) => {
            json!({ "vcs_info": { "vcs": "git", "commit_id": commit }, "url": url })
        }
        Some(DirectKind::Git { commit, revision: Some(revision) }) => {
            json!({ "vcs_info": { "vcs": "git", "commit_id": commit, "requested_revision": revision }, "url": url })
        }
    };
    if let Some(subdirectory) = direct.source.as_ref().and_then(|source| source.subdirectory.as_ref()) {
        document["subdirectory"] = subdirectory.as_str().into();
    }
    document.to_string()
}

/// A file of the scripts directory, as RECORD lists it.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) name: String,
    hash: RecordHash,
    size: u64,
}

impl Written {
    pub(super) fn unchanged(file: &TreeFile) -> Self {
        Self { name: file.name.clone(), hash: file.hash.clone(), size: file.size }
    }
}
