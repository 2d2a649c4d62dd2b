//! The directories of an environment that belong to the schemes of wheels.

use std::path::{Path, PathBuf};

use crate::host::{FileError, Host};
use crate::store::Manifest;
use crate::venv::Layout;
use crate::vocab::join_relative;
use crate::wheel::{Destination, Root, Scheme};

/// The scheme directories with every symbolic link resolved (`lib64` is one to `lib`), so that equal paths are equal
/// files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Roots {
    pub(super) purelib: PathBuf,
    pub(super) platlib: PathBuf,
    pub(super) scripts: PathBuf,
    pub(super) data: PathBuf,
    pub(super) headers: PathBuf,
}

impl Roots {
    /// Creates the directories that do not exist yet.
    pub(super) fn create(host: &Host, layout: &Layout) -> Result<Self, FileError> {
        let create = |directory: &Path| {
            host.files.create_dirs(directory)?;
            host.files.canonical(directory)
        };
        let data = create(&layout.data)?;
        // Few wheels have headers: their directory is created only if one has.
        let headers = match layout.headers.strip_prefix(&layout.data) {
            Ok(below) => data.join(below),
            Err(_) => layout.headers.clone(),
        };
        let (purelib, platlib) = (create(&layout.purelib)?, create(&layout.platlib)?);
        Ok(Self { purelib, platlib, scripts: create(&layout.scripts)?, data, headers })
    }

    /// The directory for a wheel's `.dist-info` and most of its files.
    pub(super) fn library(&self, manifest: &Manifest) -> &Path {
        match manifest.root {
            Root::Platlib => &self.platlib,
            Root::Purelib => &self.purelib,
        }
    }

    /// The directory for a wheel's files of one destination.
    pub(super) fn directory(&self, manifest: &Manifest, destination: Destination<'_>) -> PathBuf {
        let directory = destination.directory;
        match destination.scheme {
            Scheme::Data => join_relative(&self.data, directory),
            Scheme::Headers => join_relative(&self.headers.join(&manifest.project), directory),
            Scheme::Platlib => join_relative(&self.platlib, directory),
            Scheme::Purelib => join_relative(&self.purelib, directory),
            Scheme::Root => join_relative(self.library(manifest), directory),
            Scheme::Scripts => join_relative(&self.scripts, directory),
        }
    }
}
