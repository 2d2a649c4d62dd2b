//! A page in the cache on disk, with the validators and times that decide on its reuse.

use serde::{Deserialize, Serialize};
use url::Url;

use super::page_content::PageContent;
use crate::fetch::cache::CacheBucket;
use crate::index::PageError;
use crate::vocab::{Address, Sha256};

/// A response of a server as it is cached.
pub(super) struct CachedPage {
    pub(super) head: Head,
    /// JSON; empty if there is no such page.
    body: Vec<u8>,
}

/// The facts that are cached beside the page.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Head {
    /// The requested address, as a check on the key.
    url: Address,
    pub(super) known: bool,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    /// Seconds since 1970.
    #[serde(rename = "asked")]
    pub(super) requested_at: i64,
    /// Seconds.
    pub(super) lifetime: u64,
    /// The parts of a page that are kept, as a number: see [`FORM`].
    #[serde(default)]
    form: u32,
}

/// From form 1 on, pages have the times of uploads.
const FORM: u32 = 1;

/// The cached pages.
#[derive(Debug)]
pub(super) struct PageCache(pub(super) CacheBucket);

impl PageCache {
    /// The last response for a page.
    pub(super) fn read(&self, url: &Url) -> Option<CachedPage> {
        CachedPage::parse(&self.0.read(&key(url))?, url)
    }

    /// Stores a response.
    pub(super) fn write(&self, url: &Url, page: &CachedPage) {
        if let Some(bytes) = page.bytes() {
            self.0.write(&key(url), &bytes);
        }
    }

    /// Removes the response for a page.
    pub(super) fn remove(&self, url: &Url) {
        self.0.remove(&key(url));
    }
}

impl CachedPage {
    /// A page just received, as JSON.
    pub(super) fn new(url: &Url, body: Vec<u8>, requested_at: i64) -> Self {
        Self { head: Head::new(url, true, requested_at), body }
    }

    /// The response "there is no such page".
    pub(super) fn absent(url: &Url, requested_at: i64) -> Self {
        Self { head: Head::new(url, false, requested_at), body: Vec::new() }
    }

    /// Parses the content of a cache file. `None` if it is not of this address.
    pub(super) fn parse(cached: &[u8], url: &Url) -> Option<Self> {
        let end = cached.iter().position(|&byte| byte == b'\n')?;
        let mut head: Head = serde_json::from_slice(&cached[..end]).ok()?;
        if head.form < FORM {
            // The server would confirm a page of which an earlier version of Kingbolt has kept less than is needed now.
            head = Head { etag: None, last_modified: None, lifetime: 0, ..head };
        }
        (head.url == Address::from(url).without_secrets()).then(|| Self { head, body: cached[end + 1..].to_vec() })
    }

    /// The content of its cache file.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        let head = serde_json::to_vec(&self.head).ok()?;
        Some([head.as_slice(), b"\n", &self.body].concat())
    }

    /// True if the page may be used without revalidation.
    pub(super) fn is_fresh(&self, now: i64) -> bool {
        let age = u64::try_from(now.saturating_sub(self.head.requested_at));
        self.head.known && age.is_ok_and(|age| age < self.head.lifetime)
    }

    /// The parsed page; `None` if there is no such page.
    pub(super) fn content<C: PageContent>(&self, url: &Url, content: &C) -> Result<Option<C::Parsed>, PageError> {
        if !self.head.known {
            return Ok(None);
        }
        content.parse(&self.body, Some("application/json"), url).map(Some)
    }
}

impl Head {
    fn new(url: &Url, known: bool, requested_at: i64) -> Self {
        Self {
            url: Address::from(url).without_secrets(),
            known,
            etag: None,
            last_modified: None,
            requested_at,
            lifetime: 0,
            form: FORM,
        }
    }
}

/// The hash of the address without its password. The user counts: other users may get other pages.
fn key(url: &Url) -> String {
    let mut url = url.clone();
    // Fails only for addresses that cannot have a password.
    let _ = url.set_password(None);
    Sha256::of(url.as_str().as_bytes()).to_hex()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_an_earlier_version_cached_is_used_but_never_confirmed() {
        let url = Url::parse("https://index.example/simple/demo/").unwrap();
        let head = r#"{"url":"https://index.example/simple/demo/","known":true,"etag":"\"1\"","last_modified":"x","#;
        let cached = |form: &str| format!("{head}\"asked\":1700000000,\"lifetime\":600{form}}}\n{{}}");
        let earlier = CachedPage::parse(cached("").as_bytes(), &url).unwrap();
        assert_eq!((earlier.head.etag.as_deref(), earlier.is_fresh(1_700_000_001)), (None, false));
        assert_eq!(earlier.body, b"{}");
        let current = CachedPage::parse(cached(",\"form\":1").as_bytes(), &url).unwrap();
        assert_eq!((current.head.etag.as_deref(), current.is_fresh(1_700_000_001)), (Some("\"1\""), true));
    }
}
