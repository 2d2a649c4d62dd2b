//! Find-links places: read once, then asked for every project.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use super::CatalogError;
use super::reading::EveryProject;
use super::remote::{RemotePages, Unanswered};
use crate::host::{Connection, FileError, Files, NetworkError};
use crate::index::{ByProject, FindLinks};

/// A find-links place and what is known of it.
#[derive(Debug)]
pub(super) struct Place {
    place: FindLinks,
    /// Locked while it is read, so that it is read once.
    read: Mutex<Option<Arc<ByProject>>>,
}

impl Place {
    pub(super) fn new(place: FindLinks) -> Self {
        Self { place, read: Mutex::new(None) }
    }

    /// What the place offers.
    pub(super) fn files(
        &self,
        files: Files,
        remote: &RemotePages,
        connection: &Connection,
    ) -> Result<Arc<ByProject>, CatalogError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(offered) = &*read {
            return Ok(Arc::clone(offered));
        }
        let offered = match &self.place {
            FindLinks::Path(path) if files.is_dir(path) => ByProject::of_directory(&files.list(path)?),
            FindLinks::Path(path) => {
                let body = files.read(path)?;
                let base = Url::from_file_path(path).map_err(|()| not_absolute(path))?;
                ByProject::parse(&body, Some("text/html"), &base)
                    .map_err(|source| CatalogError::FindLinksPage { place: self.place.to_string(), source })?
            }
            FindLinks::Url(url) => self.fetch(remote, connection, url)?,
        };
        Ok(Arc::clone(read.insert(Arc::new(offered))))
    }

    fn fetch(&self, remote: &RemotePages, connection: &Connection, url: &Url) -> Result<ByProject, CatalogError> {
        let place = || self.place.to_string();
        match remote.read(connection, url, &EveryProject) {
            Ok(Some(offered)) => Ok(offered),
            Ok(None) => Err(CatalogError::NoFindLinks { place: place() }),
            Err(Unanswered::Network(NetworkError::Interrupted(interrupted))) => Err(interrupted.into()),
            Err(Unanswered::Network(source)) => {
                Err(CatalogError::FindLinks { place: place(), source: Box::new(source) })
            }
            Err(Unanswered::NotCached) => Err(CatalogError::FindLinksNotCached { place: place() }),
            Err(Unanswered::Page(source)) => Err(CatalogError::FindLinksPage { place: place(), source }),
        }
    }
}

fn not_absolute(path: &Path) -> FileError {
    let source = io::Error::new(io::ErrorKind::InvalidInput, "the path is not absolute");
    FileError { act: "read", path: path.to_owned(), source }
}
