//! What is taken from a page: the files of one project, or those of all.

use url::Url;

use crate::index::{ByProject, Page, PageError};
use crate::vocab::PackageName;

/// What to take from a page.
pub(super) trait Reading {
    type Content;

    /// Understands a page that came from an address.
    fn read(&self, body: &[u8], content_type: Option<&str>, base: &Url) -> Result<Self::Content, PageError>;

    /// What is kept, as JSON that [`Self::read`] understands.
    fn to_json(content: &Self::Content) -> serde_json::Result<Vec<u8>>;
}

/// Takes the files of every project.
pub(super) struct EveryProject;

impl Reading for PackageName {
    type Content = Page;

    fn read(&self, body: &[u8], content_type: Option<&str>, base: &Url) -> Result<Page, PageError> {
        Page::parse(body, content_type, base, self)
    }

    fn to_json(page: &Page) -> serde_json::Result<Vec<u8>> {
        page.to_json()
    }
}

impl Reading for EveryProject {
    type Content = ByProject;

    fn read(&self, body: &[u8], content_type: Option<&str>, base: &Url) -> Result<ByProject, PageError> {
        ByProject::parse(body, content_type, base)
    }

    fn to_json(content: &ByProject) -> serde_json::Result<Vec<u8>> {
        content.to_json()
    }
}
