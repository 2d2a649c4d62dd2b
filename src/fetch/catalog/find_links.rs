//! Find-links locations. Each is read once and then serves all projects.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use super::CatalogError;
use super::page_content::AllProjects;
use super::remote_pages::{LONGEST_PAGE, PageUnavailable, RemotePages};
use crate::host::{Connection, FileError, Files, NetworkError};
use crate::index::{ByProject, FindLinks};

/// A find-links location and its files.
#[derive(Debug)]
pub(super) struct FindLinksLocation {
    location: FindLinks,
    /// Locked while the location is read, so that it is read once.
    files: Mutex<Option<Arc<ByProject>>>,
}

impl FindLinksLocation {
    pub(super) fn new(location: FindLinks) -> Self {
        Self { location, files: Mutex::new(None) }
    }

    /// The files at the location.
    pub(super) fn files(
        &self,
        files: Files,
        remote: &RemotePages,
        connection: &Connection,
    ) -> Result<Arc<ByProject>, CatalogError> {
        let mut read = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = &*read {
            return Ok(Arc::clone(found));
        }
        let found = match &self.location {
            FindLinks::Path(path) if files.is_dir(path) => ByProject::of_directory(&files.list(path)?),
            FindLinks::Path(path) => {
                let body = files.read_at_most(path, LONGEST_PAGE)?;
                let base = Url::from_file_path(path).map_err(|()| not_absolute(path))?;
                ByProject::parse(&body, Some("text/html"), &base)
                    .map_err(|source| CatalogError::FindLinksPage { place: self.location.to_string(), source })?
            }
            FindLinks::Url(url) => self.fetch(remote, connection, url)?,
        };
        Ok(Arc::clone(read.insert(Arc::new(found))))
    }

    fn fetch(&self, remote: &RemotePages, connection: &Connection, url: &Url) -> Result<ByProject, CatalogError> {
        let place = || self.location.to_string();
        match remote.read(connection, url, &AllProjects) {
            Ok(Some(found)) => Ok(found),
            Ok(None) => Err(CatalogError::NoFindLinks { place: place() }),
            Err(PageUnavailable::Network(NetworkError::Interrupted(interrupted))) => Err(interrupted.into()),
            Err(PageUnavailable::Network(source)) => {
                Err(CatalogError::FindLinks { place: place(), source: Box::new(source) })
            }
            Err(PageUnavailable::NotCached) => Err(CatalogError::FindLinksNotCached { place: place() }),
            Err(PageUnavailable::Page(source)) => Err(CatalogError::FindLinksPage { place: place(), source }),
        }
    }
}

fn not_absolute(path: &Path) -> FileError {
    let source = io::Error::new(io::ErrorKind::InvalidInput, "the path is not absolute");
    FileError { act: "read", path: path.to_owned(), source }
}
