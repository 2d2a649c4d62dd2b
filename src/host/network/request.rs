//! A request to a server.

use std::fmt;

use crate::vocab::Address;

/// A GET request.
#[derive(Clone)]
pub struct Request {
    pub(super) url: Address,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) encoding: Encoding,
    pub(super) most_retries: u32,
}

/// The content encoding that the server may use.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Encoding {
    /// Compressed if the server can, and decompressed when read; for pages.
    Gzip,
    /// Unchanged; for files, whose bytes, ranges and sizes matter.
    Identity,
}

impl Request {
    /// A request for a file. Credentials in the address are used and never shown.
    pub fn new(url: impl Into<Address>) -> Self {
        Self { url: url.into(), headers: Vec::new(), encoding: Encoding::Identity, most_retries: u32::MAX }
    }

    /// Adds a header: `accept`, `if-none-match`, `range` and the like.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// True if "not modified" is a valid response.
    pub(super) fn is_conditional(&self) -> bool {
        self.headers.iter().any(|(name, _)| matches!(*name, "if-none-match" | "if-modified-since"))
    }

    /// Retries the request once at most: for files that are not needed.
    #[must_use]
    pub fn retried_once(mut self) -> Self {
        self.most_retries = 1;
        self
    }

    /// Lets the server compress the body.
    #[must_use]
    pub fn compressed(mut self) -> Self {
        self.encoding = Encoding::Gzip;
        self
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut request = f.debug_struct("Request");
        request
            .field("url", &self.url)
            .field("headers", &self.headers)
            .field("encoding", &self.encoding)
            .finish_non_exhaustive()
    }
}
