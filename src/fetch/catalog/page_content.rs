//! The part of a page that is used: the files of one project, or those of all.

use url::Url;

use crate::index::{ByProject, Page, PageError};
use crate::vocab::PackageName;

/// The part of a page that is used.
pub(super) trait PageContent {
    type Parsed;

    /// Parses a page that came from an address.
    fn parse(&self, body: &[u8], content_type: Option<&str>, base: &Url) -> Result<Self::Parsed, PageError>;

    /// The content as JSON that [`Self::parse`] reads back; `None` if an address in it holds a secret.
    fn to_json(parsed: &Self::Parsed) -> Option<Vec<u8>>;
}

/// The files of all projects.
pub(super) struct AllProjects;

impl PageContent for PackageName {
    type Parsed = Page;

    fn parse(&self, body: &[u8], content_type: Option<&str>, base: &Url) -> Result<Page, PageError> {
        Page::parse(body, content_type, base, self)
    }

    fn to_json(page: &Page) -> Option<Vec<u8>> {
        page.to_json()
    }
}

impl PageContent for AllProjects {
    type Parsed = ByProject;

    fn parse(&self, body: &[u8], content_type: Option<&str>, base: &Url) -> Result<ByProject, PageError> {
        ByProject::parse(body, content_type, base)
    }

    fn to_json(files: &ByProject) -> Option<Vec<u8>> {
        files.to_json()
    }
}
