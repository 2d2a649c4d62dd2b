//! The page of a project: find-links places always, and the first index that knows the project.

use std::path::Path;

use url::Url;

use super::CatalogError;
use super::find_links::Place;
use super::kept_page::PageShelf;
use super::remote::{RemotePages, Unanswered};
use crate::fetch::cache::Shelf;
use crate::host::{Connection, Files, Host, Network, NetworkError};
use crate::index::{IndexSettings, IndexUrl, Page, PageError};
use crate::vocab::PackageName;

/// Asks indexes and find-links places.
#[derive(Debug)]
pub(super) struct Pages {
    files: Files,
    indexes: Vec<IndexUrl>,
    places: Vec<Place>,
    remote: RemotePages,
}

impl Pages {
    pub(super) fn new(host: &Host, network: &Network, cache_dir: &Path, settings: &IndexSettings) -> Self {
        let shelf = PageShelf::new(Shelf::new(host.files, cache_dir, "pages"));
        Self {
            files: host.files,
            indexes: settings.indexes().cloned().collect(),
            places: settings.find_links.iter().cloned().map(Place::new).collect(),
            remote: RemotePages { clock: host.clock, offline: network.is_offline(), shelf },
        }
    }

    /// What is offered of a project; `None` when nobody knows it.
    pub(super) fn look_up(&self, connection: &Connection, project: &PackageName) -> Result<Option<Page>, CatalogError> {
        let mut local = Vec::new();
        for place in &self.places {
            local.extend_from_slice(place.files(self.files, &self.remote, connection)?.files(project));
        }
        let served = match self.first_answer(connection, project) {
            // Offline, what find-links places hold has to be enough: an index whose page is not at hand has none.
            Err(CatalogError::PageNotCached { .. }) if !self.places.is_empty() => None,
            served => served?,
        };
        if served.is_none() && local.is_empty() {
            return Ok(None);
        }
        let mut page = served.unwrap_or_default();
        local.append(&mut page.files);
        page.files = local;
        Ok(Some(page))
    }

    /// The page of the first index that has one. Later indexes are not asked: a stranger who takes the name of a
    /// private package there must gain nothing.
    ///
    /// Nor are they asked where an index answers 401 or 403: it may well have the package. pip goes on there; uv stops
    /// as we do, but for one index by its name, which answers 403 where others answer 404. We know such an index by
    /// what it says of itself; see [`NetworkError::Withheld`].
    fn first_answer(&self, connection: &Connection, project: &PackageName) -> Result<Option<Page>, CatalogError> {
        for index in &self.indexes {
            let question = Question { index, project, url: index.page(project) };
            let page = match question.url.to_file_path() {
                Ok(path) if question.url.scheme() == "file" => self.local_page(&question, &path)?,
                Ok(_) | Err(()) => self.remote_page(connection, &question)?,
            };
            if page.is_some() {
                return Ok(page);
            }
        }
        Ok(None)
    }

    /// An index in a directory: a page, or files, in a directory for each project.
    fn local_page(&self, question: &Question<'_>, path: &Path) -> Result<Option<Page>, CatalogError> {
        if !self.files.is_dir(path) {
            return match question.index.url().to_file_path() {
                Ok(path) if !self.files.is_dir(&path) => Err(CatalogError::NoIndexDirectory { path }),
                Ok(_) | Err(()) => Ok(None),
            };
        }
        match self.files.read_if_present(&path.join("index.html"))? {
            Some(body) => {
                let page = Page::parse_html(&body, &question.url, question.project);
                page.map(Some).map_err(|source| question.refusal(source))
            }
            None => Ok(Some(Page::of_directory(&self.files.list(path)?, question.project))),
        }
    }

    fn remote_page(&self, connection: &Connection, question: &Question<'_>) -> Result<Option<Page>, CatalogError> {
        self.remote.read(connection, &question.url, question.project).map_err(|unanswered| match unanswered {
            Unanswered::Network(source) => question.failure(source),
            Unanswered::NotCached => question.not_cached(),
            Unanswered::Page(source) => question.refusal(source),
        })
    }
}

/// A project at an index.
struct Question<'a> {
    index: &'a IndexUrl,
    project: &'a PackageName,
    url: Url,
}

impl Question<'_> {
    fn failure(&self, source: NetworkError) -> CatalogError {
        match source {
            NetworkError::Interrupted(interrupted) => interrupted.into(),
            source => CatalogError::LookUp {
                project: self.project.clone(),
                index: self.index.to_string(),
                source: Box::new(source),
            },
        }
    }

    fn refusal(&self, source: PageError) -> CatalogError {
        CatalogError::Page { project: self.project.clone(), index: self.index.to_string(), source }
    }

    fn not_cached(&self) -> CatalogError {
        CatalogError::PageNotCached { project: self.project.clone(), index: self.index.to_string() }
    }
}
