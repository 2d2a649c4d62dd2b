//! The page of a project: find-links places always, and the first index that knows the project.

use std::path::Path;

use url::Url;

use super::CatalogError;
use super::find_links::{Place, answered_at};
use super::freshness::lifetime;
use super::kept_page::{KeptPage, PageShelf};
use crate::fetch::cache::Shelf;
use crate::host::network::{Fetched, Request};
use crate::host::{Clock, Connection, Files, Host, Network, NetworkError};
use crate::index::{IndexSettings, IndexUrl, Page, PageError};
use crate::vocab::PackageName;

/// Asks indexes and find-links places.
#[derive(Debug)]
pub(super) struct Pages {
    clock: Clock,
    files: Files,
    indexes: Vec<IndexUrl>,
    offline: bool,
    places: Vec<Place>,
    shelf: PageShelf,
}

/// What is asked of servers: JSON rather than HTML, but whatever they have (PEP 691).
pub(super) const ACCEPT: &str =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";

/// No real page is longer, unpacked.
pub(super) const LONGEST_PAGE: u64 = 128 * 1024 * 1024;

impl Pages {
    pub(super) fn new(host: &Host, network: &Network, cache_dir: &Path, settings: &IndexSettings) -> Self {
        Self {
            clock: host.clock,
            files: host.files,
            indexes: settings.indexes().cloned().collect(),
            offline: network.is_offline(),
            places: settings.find_links.iter().cloned().map(Place::new).collect(),
            shelf: PageShelf::new(Shelf::new(host.files, cache_dir, "pages")),
        }
    }

    /// What is offered of a project; `None` when nobody knows it.
    pub(super) fn look_up(&self, connection: &Connection, project: &PackageName) -> Result<Option<Page>, CatalogError> {
        let mut local = Vec::new();
        for place in &self.places {
            local.extend_from_slice(place.files(self.files, connection)?.files(project));
        }
        let served = self.first_answer(connection, project)?;
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
            return Ok(None);
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
        let kept = self.shelf.read(&question.url);
        let now = self.clock.now().unix_seconds();
        if let Some(kept) = &kept
            && (self.offline || kept.is_fresh(now))
            && let Ok(page) = kept.page(&question.url, question.project)
        {
            return Ok(page);
        }
        if self.offline {
            return Err(question.not_cached());
        }
        match connection.fetch(&question.request(kept.as_ref()), LONGEST_PAGE) {
            Ok(answer) if answer.status() == 304 => self.confirmed(connection, question, kept, &answer),
            Ok(answer) => self.answered(question, &answer).map(Some),
            Err(error) if error.is_not_found() => {
                self.shelf.write(&question.url, &KeptPage::new(&question.url, None, now));
                Ok(None)
            }
            Err(error) => Err(question.failure(error)),
        }
    }

    /// The page on disk is still what the index would send.
    fn confirmed(
        &self,
        connection: &Connection,
        question: &Question<'_>,
        kept: Option<KeptPage>,
        answer: &Fetched,
    ) -> Result<Option<Page>, CatalogError> {
        if let Some(mut kept) = kept
            && let Ok(page) = kept.page(&question.url, question.project)
        {
            kept.head.asked = self.clock.now().unix_seconds();
            kept.head.lifetime = lifetime(answer.header("cache-control"), answer.header("age")).unwrap_or(0);
            self.shelf.write(&question.url, &kept);
            return Ok(page);
        }
        // Somebody between here and the index confirms what was not asked about.
        let again = question.request(None).header("cache-control", "no-cache");
        let answer = connection.fetch(&again, LONGEST_PAGE).map_err(|error| question.failure(error))?;
        self.answered(question, &answer).map(Some)
    }

    fn answered(&self, question: &Question<'_>, answer: &Fetched) -> Result<Page, CatalogError> {
        let base = answered_at(&question.url, answer.url());
        let page = Page::parse(&answer.body, answer.header("content-type"), &base, question.project)
            .map_err(|source| question.refusal(source))?;
        if let Some(lifetime) = lifetime(answer.header("cache-control"), answer.header("age")) {
            let mut kept = KeptPage::new(&question.url, Some(&page), self.clock.now().unix_seconds());
            kept.head.etag = answer.header("etag").map(str::to_owned);
            kept.head.last_modified = answer.header("last-modified").map(str::to_owned);
            kept.head.lifetime = lifetime;
            self.shelf.write(&question.url, &kept);
        }
        Ok(page)
    }
}

/// A project at an index.
struct Question<'a> {
    index: &'a IndexUrl,
    project: &'a PackageName,
    url: Url,
}

impl Question<'_> {
    fn request(&self, kept: Option<&KeptPage>) -> Request {
        let mut request = Request::new(self.url.as_str()).header("accept", ACCEPT).compressed();
        if let Some(kept) = kept.filter(|kept| kept.head.known) {
            if let Some(etag) = &kept.head.etag {
                request = request.header("if-none-match", etag);
            }
            if let Some(date) = &kept.head.last_modified {
                request = request.header("if-modified-since", date);
            }
        }
        request
    }

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
