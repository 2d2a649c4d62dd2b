//! The settings of a search.

use super::absent_status::ForbiddenIsAbsent;
use super::address::{FindLinks, IndexUrl};
use crate::vocab::KeyringUse;

/// The indexes and find-links locations to search.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IndexSettings {
    /// The index that is searched last. Absent if indexes are turned off.
    pub index_url: Option<IndexUrl>,
    /// Indexes that are searched before it, in order. Only the first index that has a package is used for it.
    pub extra_index_urls: Vec<IndexUrl>,
    /// Files from here are candidates in addition to those of the index.
    pub find_links: Vec<FindLinks>,
    pub forbidden_is_absent: ForbiddenIsAbsent,
    /// The name of the setting that turns off the indexes of pip and uv.
    pub no_index: Option<String>,
    pub page_reuse: PageReuse,
    pub hashes: StatedHashes,
    pub keyring: KeyringUse,
}

/// The rule of the machine on hashes, whatever a request says.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum StatedHashes {
    #[default]
    AsRequested,
    /// Files without a stated hash are refused.
    Required,
}

/// The cached pages that are used without asking the server.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum PageReuse {
    /// None: the server is asked if the page has changed.
    Never,
    /// Those that the server called fresh for a time that has not passed.
    #[default]
    WhileFresh,
}

impl IndexSettings {
    /// Settings for files that no index has.
    pub fn without_indexes() -> Self {
        Self { index_url: None, ..Self::default() }
    }

    /// The indexes, in search order.
    pub fn indexes(&self) -> impl Iterator<Item = &IndexUrl> {
        self.extra_index_urls.iter().chain(&self.index_url)
    }
}

impl Default for IndexSettings {
    fn default() -> Self {
        Self {
            index_url: Some(IndexUrl::pypi()),
            extra_index_urls: Vec::new(),
            find_links: Vec::new(),
            forbidden_is_absent: ForbiddenIsAbsent::default(),
            no_index: None,
            page_reuse: PageReuse::default(),
            hashes: StatedHashes::default(),
            keyring: KeyringUse::default(),
        }
    }
}
