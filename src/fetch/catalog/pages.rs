//! The page of a project: the files at all find-links locations, and those of the first index that has the project.

use std::path::Path;

use url::Url;

use super::CatalogError;
use super::cached_page::PageCache;
use super::find_links::FindLinksLocation;
use super::remote_pages::{LONGEST_PAGE, PageUnavailable, RemotePages};
use crate::fetch::cache::CacheBucket;
use crate::host::{Connection, Files, Host, Network, NetworkError};
use crate::index::{ForbiddenIsAbsent, IndexSettings, IndexUrl, Page, PageError};
use crate::vocab::{Address, PackageName};

/// Reads the pages of indexes and find-links locations.
#[derive(Debug)]
pub(super) struct Pages {
    files: Files,
    indexes: Vec<IndexUrl>,
    forbidden_is_absent: ForbiddenIsAbsent,
    locations: Vec<FindLinksLocation>,
    remote: RemotePages,
}

impl Pages {
    pub(super) fn new(host: &Host, network: &Network, cache_dir: Option<&Path>, settings: &IndexSettings) -> Self {
        let cache = PageCache(CacheBucket::new(host.files, cache_dir, "pages"));
        Self {
            files: host.files,
            indexes: settings.indexes().cloned().collect(),
            forbidden_is_absent: settings.forbidden_is_absent.clone(),
            locations: settings.find_links.iter().cloned().map(FindLinksLocation::new).collect(),
            remote: RemotePages { clock: host.clock, offline: network.is_offline(), reuse: settings.page_reuse, cache },
        }
    }

    /// The files of a project; `None` if neither an index nor a find-links location has any.
    pub(super) fn look_up(&self, connection: &Connection, project: &PackageName) -> Result<Option<Page>, CatalogError> {
        let mut local = Vec::new();
        for location in &self.locations {
            local.extend_from_slice(location.files(self.files, &self.remote, connection)?.files(project));
        }
        let served = match self.first_page(connection, project) {
            // Offline, the find-links locations have to be enough: an index whose page is not cached counts as empty.
            Err(CatalogError::PageNotCached { .. }) if !self.locations.is_empty() => None,
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

    /// The page of the first index that has one. Later indexes are not asked: registering the name of a private package
    /// there must not gain an attacker anything.
    ///
    /// They are not asked either if an index answers 401 or 403: it may well have the package. pip continues there; uv
    /// stops as we do. The exceptions are stated: see [`ForbiddenIsAbsent`].
    fn first_page(&self, connection: &Connection, project: &PackageName) -> Result<Option<Page>, CatalogError> {
        for index in &self.indexes {
            let request = PageRequest { index, project, url: index.page(project) };
            let page = match request.url.to_file_path() {
                Ok(path) if request.url.scheme() == "file" => self.local_page(&request, &path)?,
                Ok(_) | Err(()) => self.remote_page(connection, &request)?,
            };
            if let Some(page) = page {
                return Ok(Some(Page { index: Some(Address::from(index.url()).without_secrets()), ..page }));
            }
        }
        Ok(None)
    }

    /// An index in a directory: a page, or files, in a directory for each project.
    fn local_page(&self, request: &PageRequest<'_>, path: &Path) -> Result<Option<Page>, CatalogError> {
        if !self.files.is_dir(path) {
            return match request.index.url().to_file_path() {
                Ok(path) if !self.files.is_dir(&path) => Err(CatalogError::NoIndexDirectory { path }),
                Ok(_) | Err(()) => Ok(None),
            };
        }
        match self.files.read_if_present_at_most(&path.join("index.html"), LONGEST_PAGE)? {
            Some(body) => {
                let page = Page::parse_html(&body, &request.url, request.project);
                page.map(Some).map_err(|source| request.refusal(source))
            }
            None => Ok(Some(Page::of_directory(&self.files.list(path)?, request.project))),
        }
    }

    fn remote_page(&self, connection: &Connection, request: &PageRequest<'_>) -> Result<Option<Page>, CatalogError> {
        match self.remote.read(connection, &request.url, request.project) {
            Ok(page) => Ok(page),
            Err(PageUnavailable::Network(NetworkError::Status { status: 403, .. }))
                if self.forbidden_is_absent.applies_to(request.index) =>
            {
                self.remote.store_absent(&request.url);
                Ok(None)
            }
            Err(PageUnavailable::Network(source)) => Err(request.failure(source)),
            Err(PageUnavailable::NotCached) => Err(request.not_cached()),
            Err(PageUnavailable::Page(source)) => Err(request.refusal(source)),
        }
    }
}

/// The request for the page of a project at an index.
struct PageRequest<'a> {
    index: &'a IndexUrl,
    project: &'a PackageName,
    url: Url,
}

impl PageRequest<'_> {
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
