//! The directories of an environment that the schemes of wheels stand for.

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
    /// Makes the directories where they are missing.
    pub(super) fn create(host: &Host, layout: &Layout) -> Result<Self, FileError> {
        let create = |directory: &Path| {
            host.files.create_dirs(directory)?;
            host.files.canonical(directory)
        };
        let data = create(&layout.data)?;
        // Few wheels have headers: their directory is made when one comes.
        let headers = match layout.headers.strip_prefix(&layout.data) {
            Ok(below) => data.join(below),
            Err(_) => layout.headers.clone(),
        };
        let (purelib, platlib) = (create(&layout.purelib)?, create(&layout.platlib)?);
        Ok(Self { purelib, platlib, scripts: create(&layout.scripts)?, data, headers })
    }

    /// Where the `.dist-info` of a wheel and most of its files go.
    pub(super) fn library(&self, manifest: &Manifest) -> &Path {
        match manifest.root {
            Root::Platlib => &self.platlib,
            Root::Purelib => &self.purelib,
        }
    }

    /// Where files of a wheel go.
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
