//! A page: the files that an index offers of one project.

use std::collections::HashMap;
use std::path::PathBuf;

use url::Url;

use super::error::{NotAnIndexPage, PageError};
use super::file::{File, FileName, Unusable};
use super::link::{Link, Links};
use super::{html, json, listing};
use crate::vocab::{PackageName, VersionSpecifiers, parse_specifiers};

/// What an index says about one project.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Page {
    /// The files that can be candidates, in the order of the page; an index may repeat itself.
    pub files: Vec<File>,
    /// The index offers none of the project's files because it quarantined the project (PEP 792), for this reason,
    /// often an empty text.
    pub quarantined: Option<String>,
    pub skipped: Skipped,
}

/// How many links of a page were passed over.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Skipped {
    /// Names that end in `.whl` but are not wheel names.
    pub invalid_wheels: usize,
    /// Files of other projects, and of kinds that are not installed: eggs, installers, signatures.
    pub others: usize,
}

impl Page {
    /// Parses the answer of an index to the question for a project, by its content type. `base` is the address that
    /// answered, after redirects.
    pub fn parse(
        body: &[u8],
        content_type: Option<&str>,
        base: &Url,
        project: &PackageName,
    ) -> Result<Self, PageError> {
        Ok(Self::of_project(parse_links(body, content_type, base)?, project))
    }

    /// Parses a page in HTML (PEP 503).
    pub fn parse_html(body: &[u8], base: &Url, project: &PackageName) -> Result<Self, PageError> {
        Ok(Self::of_project(html::parse(body, base)?, project))
    }

    /// Parses a page in JSON (PEP 691).
    pub fn parse_json(body: &[u8], base: &Url, project: &PackageName) -> Result<Self, PageError> {
        Ok(Self::of_project(json::parse(body, base)?, project))
    }

    /// The files of a project among the absolute paths of a directory's files.
    pub fn of_directory(paths: &[PathBuf], project: &PackageName) -> Self {
        Self::of_project(listing::links(paths), project)
    }

    fn of_project(links: Links, project: &PackageName) -> Self {
        if links.quarantined.is_some() {
            return Self { quarantined: links.quarantined, ..Self::default() };
        }
        let mut page = Self { files: Vec::with_capacity(links.links.len()), ..Self::default() };
        let mut admitted = Specifiers::default();
        for link in links.links {
            match FileName::of_project(&link.file_name, project) {
                Ok(name) => page.files.push(file(name, link, &mut admitted)),
                Err(reason) => page.skipped.count(reason),
            }
        }
        page
    }
}

impl Skipped {
    pub(super) fn count(&mut self, reason: Unusable) {
        match reason {
            Unusable::InvalidWheel => self.invalid_wheels += 1,
            Unusable::Other => self.others += 1,
        }
    }
}

/// Parsed `Requires-Python` texts: a page repeats few of them thousands of times.
#[derive(Default)]
pub(super) struct Specifiers(HashMap<String, Option<VersionSpecifiers>>);

impl Specifiers {
    fn parsed(&mut self, text: String) -> Option<VersionSpecifiers> {
        self.0.entry(text).or_insert_with_key(|text| parse_specifiers(text).ok()).clone()
    }
}

pub(super) fn file(name: FileName, link: Link, specifiers: &mut Specifiers) -> File {
    File {
        name,
        url: link.url,
        digests: link.digests,
        size: link.size,
        requires_python: link.requires_python.and_then(|text| specifiers.parsed(text)),
        yanked: link.yanked,
        metadata: link.metadata,
    }
}

/// Reads HTML or JSON as the content type says. Plain file servers state none, or one that says nothing: then the
/// first character decides.
pub(super) fn parse_links(body: &[u8], content_type: Option<&str>, base: &Url) -> Result<Links, PageError> {
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if let Some(kind) = essence.strip_prefix("application/vnd.pypi.simple.") {
        return match kind.split_once('+') {
            Some(("v1" | "latest", "json")) => json::parse(body, base),
            Some(("v1" | "latest", "html")) => html::parse(body, base),
            _ => Err(PageError::UnsupportedVersion { version: kind.to_owned() }),
        };
    }
    match essence.as_str() {
        "application/json" => json::parse(body, base),
        "application/xhtml+xml" | "text/html" => html::parse(body, base),
        "" | "application/octet-stream" | "binary/octet-stream" | "text/plain" => {
            if body.trim_ascii_start().starts_with(b"{") { json::parse(body, base) } else { html::parse(body, base) }
        }
        _ => Err(PageError::NotAnIndexPage(NotAnIndexPage::ContentType { content_type: essence })),
    }
}
