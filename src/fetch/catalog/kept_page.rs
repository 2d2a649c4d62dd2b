//! A page on disk, with what is needed to use it again or to ask whether it changed.

use serde::{Deserialize, Serialize};
use url::Url;

use super::reading::Reading;
use crate::fetch::cache::Shelf;
use crate::index::PageError;
use crate::vocab::Sha256;

/// An answer of a server as it is kept.
pub(super) struct KeptPage {
    pub(super) head: Head,
    /// JSON; empty when there is no such page.
    body: Vec<u8>,
}

/// What is kept beside the page.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Head {
    /// The question, as a check on the key.
    url: String,
    pub(super) known: bool,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// Seconds since 1970.
    pub(super) asked: i64,
    /// Seconds.
    pub(super) lifetime: u64,
}

/// Where pages are kept.
#[derive(Debug)]
pub(super) struct PageShelf(Shelf);

impl PageShelf {
    pub(super) fn new(shelf: Shelf) -> Self {
        Self(shelf)
    }

    /// The last answer to the question for a page.
    pub(super) fn read(&self, url: &Url) -> Option<KeptPage> {
        KeptPage::parse(&self.0.read(&key(url))?, url)
    }

    /// Keeps an answer.
    pub(super) fn write(&self, url: &Url, page: &KeptPage) {
        if let Some(bytes) = page.bytes() {
            self.0.write(&key(url), &bytes);
        }
    }
}

impl KeptPage {
    /// A page just sent, as JSON.
    pub(super) fn new(url: &Url, body: Vec<u8>, asked: i64) -> Self {
        Self { head: Head::new(url, true, asked), body }
    }

    /// The answer "there is no such page".
    pub(super) fn absent(url: &Url, asked: i64) -> Self {
        Self { head: Head::new(url, false, asked), body: Vec::new() }
    }

    /// The page that was kept, when it answers the question for this address.
    pub(super) fn parse(kept: &[u8], url: &Url) -> Option<Self> {
        let end = kept.iter().position(|&byte| byte == b'\n')?;
        let head: Head = serde_json::from_slice(&kept[..end]).ok()?;
        (head.url == question(url)).then(|| Self { head, body: kept[end + 1..].to_vec() })
    }

    /// What is kept of it.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        let head = serde_json::to_vec(&self.head).ok()?;
        Some([head.as_slice(), b"\n", &self.body].concat())
    }

    /// Whether the answer may be used without asking again.
    pub(super) fn is_fresh(&self, now: i64) -> bool {
        let age = u64::try_from(now.saturating_sub(self.head.asked));
        self.head.known && age.is_ok_and(|age| age < self.head.lifetime)
    }

    /// What the page says; `None` when there is none.
    pub(super) fn content<R: Reading>(&self, url: &Url, reading: &R) -> Result<Option<R::Content>, PageError> {
        if !self.head.known {
            return Ok(None);
        }
        reading.read(&self.body, Some("application/json"), url).map(Some)
    }
}

impl Head {
    fn new(url: &Url, known: bool, asked: i64) -> Self {
        Self { url: question(url), known, etag: None, last_modified: None, asked, lifetime: 0 }
    }
}

fn key(url: &Url) -> String {
    Sha256::of(question(url).as_bytes()).to_hex()
}

/// The address without its password: other users may get other answers.
fn question(url: &Url) -> String {
    let mut url = url.clone();
    // Only addresses that cannot have a password refuse to lose it.
    let _ = url.set_password(None);
    url.into()
}
