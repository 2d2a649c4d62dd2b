//! Pages on servers: asked for only when what is kept is too old, and sent only when they changed.

use url::Url;

use super::freshness::lifetime;
use super::kept_page::{KeptPage, PageShelf};
use super::reading::Reading;
use crate::host::network::Fetched;
use crate::host::{Clock, Connection, NetworkError, Request};
use crate::index::{PageError, without_credentials};

/// Asks servers for pages, and keeps what they say.
#[derive(Debug)]
pub(super) struct RemotePages {
    pub(super) clock: Clock,
    pub(super) offline: bool,
    pub(super) shelf: PageShelf,
}

/// Why there is no page.
#[derive(Debug)]
pub(super) enum Unanswered {
    Network(NetworkError),
    NotCached,
    Page(PageError),
}

/// What is asked of servers: JSON rather than HTML, but whatever they have (PEP 691).
const ACCEPT: &str = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01";

/// No real page is longer, unpacked.
const LONGEST_PAGE: u64 = 128 * 1024 * 1024;

impl RemotePages {
    /// What a page says; `None` when the server has no such page.
    pub(super) fn read<R: Reading>(
        &self,
        connection: &Connection,
        url: &Url,
        reading: &R,
    ) -> Result<Option<R::Content>, Unanswered> {
        let kept = self.shelf.read(url);
        let now = self.clock.now().unix_seconds();
        if let Some(kept) = &kept
            && (self.offline || kept.is_fresh(now))
            && let Ok(content) = kept.content(url, reading)
        {
            return Ok(content);
        }
        if self.offline {
            return Err(Unanswered::NotCached);
        }
        match connection.fetch(&request(url, kept.as_ref()), LONGEST_PAGE) {
            Ok(answer) if answer.status() == 304 => self.confirmed(connection, url, reading, kept, &answer),
            Ok(answer) => self.answered(url, reading, &answer).map(Some),
            // Somebody between here and the server confirms what was not asked about.
            Err(NetworkError::Status { status: 304, .. }) => self.anew(connection, url, reading),
            Err(error) if error.is_not_found() => {
                self.shelf.write(url, &KeptPage::absent(url, now));
                Ok(None)
            }
            Err(error) => Err(Unanswered::Network(error)),
        }
    }

    /// What is kept is still what the server would send.
    fn confirmed<R: Reading>(
        &self,
        connection: &Connection,
        url: &Url,
        reading: &R,
        kept: Option<KeptPage>,
        answer: &Fetched,
    ) -> Result<Option<R::Content>, Unanswered> {
        if let Some(mut kept) = kept
            && let Ok(content) = kept.content(url, reading)
        {
            kept.head.asked = self.clock.now().unix_seconds();
            kept.head.lifetime = lifetime(answer.header("cache-control"), answer.header("age")).unwrap_or(0);
            self.shelf.write(url, &kept);
            return Ok(content);
        }
        self.anew(connection, url, reading)
    }

    /// Asks past all caches.
    fn anew<R: Reading>(
        &self,
        connection: &Connection,
        url: &Url,
        reading: &R,
    ) -> Result<Option<R::Content>, Unanswered> {
        let again = request(url, None).header("cache-control", "no-cache");
        let answer = connection.fetch(&again, LONGEST_PAGE).map_err(Unanswered::Network)?;
        self.answered(url, reading, &answer).map(Some)
    }

    fn answered<R: Reading>(&self, url: &Url, reading: &R, answer: &Fetched) -> Result<R::Content, Unanswered> {
        let base = without_credentials(&Url::parse(answer.url()).unwrap_or_else(|_| url.clone()));
        let content = reading.read(&answer.body, answer.header("content-type"), &base).map_err(Unanswered::Page)?;
        let lifetime = lifetime(answer.header("cache-control"), answer.header("age"));
        if let (Some(lifetime), Ok(body)) = (lifetime, R::to_json(&content)) {
            let mut kept = KeptPage::new(url, body, self.clock.now().unix_seconds());
            kept.head.etag = answer.header("etag").map(str::to_owned);
            kept.head.last_modified = answer.header("last-modified").map(str::to_owned);
            kept.head.lifetime = lifetime;
            self.shelf.write(url, &kept);
        }
        Ok(content)
    }
}

fn request(url: &Url, kept: Option<&KeptPage>) -> Request {
    let mut request = Request::new(url.as_str()).header("accept", ACCEPT).compressed();
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
