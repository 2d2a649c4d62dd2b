//! Find-links places: read once, then asked for every project.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use super::CatalogError;
use super::pages::{ACCEPT, LONGEST_PAGE};
use crate::host::network::Request;
use crate::host::{Connection, FileError, Files, NetworkError};
use crate::index::{ByProject, FindLinks, without_credentials};

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
    pub(super) fn files(&self, files: Files, connection: &Connection) -> Result<Arc<ByProject>, CatalogError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(offered) = &*read {
            return Ok(Arc::clone(offered));
        }
        let offered = match &self.place {
            FindLinks::Path(path) if files.is_dir(path) => ByProject::of_directory(&files.list(path)?),
            FindLinks::Path(path) => {
                let body = files.read(path)?;
                let base = Url::from_file_path(path).map_err(|()| not_absolute(path))?;
                self.parse(&body, Some("text/html"), &base)?
            }
            FindLinks::Url(url) => {
                let request = Request::new(url.as_str()).header("accept", ACCEPT).compressed();
                let answer = connection.fetch(&request, LONGEST_PAGE).map_err(|source| self.failure(source))?;
                self.parse(&answer.body, answer.header("content-type"), &answered_at(url, answer.url()))?
            }
        };
        Ok(Arc::clone(read.insert(Arc::new(offered))))
    }

    fn parse(&self, body: &[u8], content_type: Option<&str>, base: &Url) -> Result<ByProject, CatalogError> {
        ByProject::parse(body, content_type, base)
            .map_err(|source| CatalogError::FindLinksPage { place: self.place.to_string(), source })
    }

    fn failure(&self, source: NetworkError) -> CatalogError {
        match source {
            NetworkError::Interrupted(interrupted) => interrupted.into(),
            source => CatalogError::FindLinks { place: self.place.to_string(), source: Box::new(source) },
        }
    }
}

/// The base of an answer's relative links: the address that answered, without credentials.
pub(super) fn answered_at(asked: &Url, answered: &str) -> Url {
    without_credentials(&Url::parse(answered).unwrap_or_else(|_| asked.clone()))
}

fn not_absolute(path: &Path) -> FileError {
    let source = io::Error::new(io::ErrorKind::InvalidInput, "the path is not absolute");
    FileError { act: "read", path: path.to_owned(), source }
}
