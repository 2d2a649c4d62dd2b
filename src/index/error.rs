//! Errors of pages.

/// A response that is not a valid page of an index.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// No real page has such a URL, neither its own nor that of its `<base>`.
    #[error("the base URL of the page is longer than {limit} bytes")]
    LongBase { limit: usize },
    /// Another web page.
    #[error("the response is not a package index page: {0}")]
    NotAnIndexPage(NotAnIndexPage),
    /// No real page has so many links.
    #[error("the page has more than {limit} links")]
    TooManyLinks { limit: usize },
    /// The index uses a newer protocol (PEP 629).
    #[error("the index uses version {version} of the repository protocol, which is not supported")]
    UnsupportedVersion { version: String },
}

/// The reason why a response is not a page of an index.
#[derive(Debug, thiserror::Error)]
pub enum NotAnIndexPage {
    #[error("it has the content type `{content_type}`")]
    ContentType { content_type: String },
    #[error("it is HTML that offers no files")]
    Html,
    #[error("it is not index JSON")]
    Json(#[source] serde_json::Error),
}

impl PageError {
    /// Advice on how to fix it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotAnIndexPage(NotAnIndexPage::Html) => Some(
                "check the index URL; the response may come from a login page or a proxy, or the index answers so for \
                 packages that it does not have"
                    .to_owned(),
            ),
            Self::NotAnIndexPage(_) => {
                Some("check the index URL; the response may come from a login page or a proxy".to_owned())
            }
            Self::LongBase { .. } | Self::TooManyLinks { .. } => None,
            Self::UnsupportedVersion { .. } => Some("a newer version of Kingbolt may support it".to_owned()),
        }
    }
}
