//! Pages on servers: requested only if the cached page is stale, and sent only if they changed.

use url::Url;

use super::cached_page::{CachedPage, PageCache};
use super::freshness::lifetime;
use super::page_content::PageContent;
use crate::host::network::Fetched;
use crate::host::{Clock, Connection, NetworkError, Request};
use crate::index::{PageError, PageReuse};

/// Fetches pages from servers and caches them.
#[derive(Debug)]
pub(super) struct RemotePages {
    pub(super) clock: Clock,
    pub(super) offline: bool,
    pub(super) reuse: PageReuse,
    pub(super) cache: PageCache,
}

/// Why a page cannot be read.
#[derive(Debug)]
pub(super) enum PageUnavailable {
    Network(NetworkError),
    NotCached,
    Page(PageError),
}

/// The accepted types: JSON rather than HTML, but HTML where a server has no JSON (PEP 691).
const ACCEPT: &str = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";

/// No real page is longer, unpacked.
pub(super) const LONGEST_PAGE: u64 = 128 * 1024 * 1024;

impl RemotePages {
    /// The content of a page; `None` if the server has no such page.
    pub(super) fn read<C: PageContent>(
        &self,
        connection: &Connection,
        url: &Url,
        content: &C,
    ) -> Result<Option<C::Parsed>, PageUnavailable> {
        let cached = self.cache.read(url);
        let now = self.clock.now().unix_seconds();
        if let Some(cached) = &cached
            && (self.offline || self.reuse == PageReuse::WhileFresh && cached.is_fresh(now))
            && let Ok(parsed) = cached.content(url, content)
        {
            return Ok(parsed);
        }
        if self.offline {
            return Err(PageUnavailable::NotCached);
        }
        match connection.fetch(&request(url, cached.as_ref()), LONGEST_PAGE) {
            Ok(response) if response.status() == 304 => self.revalidated(connection, url, content, cached, &response),
            Ok(response) => self.received(url, content, &response).map(Some),
            // A proxy on the way confirms a page that the request did not ask to revalidate.
            Err(NetworkError::Status { status: 304, .. }) => self.refetch(connection, url, content),
            Err(error) if error.is_not_found() => {
                self.store_absent(url);
                Ok(None)
            }
            Err(error) => Err(PageUnavailable::Network(error)),
        }
    }

    /// Stores that the server has no such page.
    pub(super) fn store_absent(&self, url: &Url) {
        self.cache.write(url, &CachedPage::absent(url, self.clock.now().unix_seconds()));
    }

    /// The cached page is still the one that the server would send.
    fn revalidated<C: PageContent>(
        &self,
        connection: &Connection,
        url: &Url,
        content: &C,
        cached: Option<CachedPage>,
        response: &Fetched,
    ) -> Result<Option<C::Parsed>, PageUnavailable> {
        if let Some(mut cached) = cached
            && let Ok(parsed) = cached.content(url, content)
        {
            cached.head.requested_at = self.clock.now().unix_seconds();
            cached.head.lifetime = lifetime(response.header("cache-control"), response.header("age")).unwrap_or(0);
            self.cache.write(url, &cached);
            return Ok(parsed);
        }
        self.refetch(connection, url, content)
    }

    /// Fetches the page past all caches.
    fn refetch<C: PageContent>(
        &self,
        connection: &Connection,
        url: &Url,
        content: &C,
    ) -> Result<Option<C::Parsed>, PageUnavailable> {
        let again = request(url, None).header("cache-control", "no-cache");
        let response = connection.fetch(&again, LONGEST_PAGE).map_err(PageUnavailable::Network)?;
        self.received(url, content, &response).map(Some)
    }

    fn received<C: PageContent>(
        &self,
        url: &Url,
        content: &C,
        response: &Fetched,
    ) -> Result<C::Parsed, PageUnavailable> {
        let base = response.url().to_url().unwrap_or_else(|_| url.clone());
        let parsed =
            content.parse(&response.body, response.header("content-type"), &base).map_err(PageUnavailable::Page)?;
        let lifetime = lifetime(response.header("cache-control"), response.header("age"));
        if let (Some(lifetime), Some(body)) = (lifetime, C::to_json(&parsed)) {
            let mut cached = CachedPage::new(url, body, self.clock.now().unix_seconds());
            cached.head.etag = response.header("etag").map(str::to_owned);
            cached.head.last_modified = response.header("last-modified").map(str::to_owned);
            cached.head.lifetime = lifetime;
            self.cache.write(url, &cached);
        } else {
            // An earlier version of Kingbolt cached pages with the signatures in them.
            self.cache.remove(url);
        }
        Ok(parsed)
    }
}

fn request(url: &Url, cached: Option<&CachedPage>) -> Request {
    let mut request = Request::new(url).header("accept", ACCEPT).compressed();
    if let Some(cached) = cached.filter(|cached| cached.head.known) {
        if let Some(etag) = &cached.head.etag {
            request = request.header("if-none-match", etag);
        }
        if let Some(date) = &cached.head.last_modified {
            request = request.header("if-modified-since", date);
        }
    }
    request
}
