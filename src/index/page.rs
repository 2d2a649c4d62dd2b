//! A page of an index: the files of one project.

use std::collections::HashMap;
use std::path::PathBuf;

use url::Url;

use super::error::{NotAnIndexPage, PageError};
use super::file::{File, FileName};
use super::link::{Link, Links};
use super::{html, json};
use crate::vocab::{Address, PackageName, VersionSpecifiers, parse_requires_python};

/// The files of one project on an index.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Page {
    /// The candidate files, in the order of the page; an index may list a file twice.
    pub files: Vec<File>,
    /// The reason why the index quarantined the project (PEP 792), often empty. There are no files then.
    pub quarantined: Option<String>,
    /// The index that has the project.
    pub index: Option<Address>,
}

impl Page {
    /// Parses the response of an index for a project, by its content type. `base` is the URL of the response, after
    /// redirects.
    pub fn parse(
        body: &[u8],
        content_type: Option<&str>,
        base: &Url,
        project: &PackageName,
    ) -> Result<Self, PageError> {
        Ok(Self::from_links(parse_links(body, content_type, base)?, project))
    }

    /// Parses a page in HTML (PEP 503).
    pub fn parse_html(body: &[u8], base: &Url, project: &PackageName) -> Result<Self, PageError> {
        Ok(Self::from_links(html::parse(body, base)?, project))
    }

    /// The files of a project among the absolute paths of the files in a directory.
    pub fn of_directory(paths: &[PathBuf], project: &PackageName) -> Self {
        Self::from_links(Links::from_paths(paths), project)
    }

    fn from_links(links: Links, project: &PackageName) -> Self {
        if links.quarantined.is_some() {
            return Self { quarantined: links.quarantined, ..Self::default() };
        }
        let mut page = Self { files: Vec::with_capacity(links.links.len()), ..Self::default() };
        let mut admitted = Specifiers::default();
        for link in links.links {
            if let Some(name) = FileName::of_project(&link.file_name, project) {
                page.files.push(file(name, link, &mut admitted));
            }
        }
        page
    }
}

/// Parsed `Requires-Python` texts: a page repeats a few of them thousands of times.
#[derive(Default)]
pub(super) struct Specifiers(HashMap<String, Option<VersionSpecifiers>>);

impl Specifiers {
    fn parse(&mut self, text: String) -> Option<VersionSpecifiers> {
        self.0.entry(text).or_insert_with_key(|text| parse_requires_python(text)).clone()
    }
}

pub(super) fn file(name: FileName, link: Link, specifiers: &mut Specifiers) -> File {
    File {
        name,
        url: link.url,
        digests: link.digests,
        size: link.size,
        uploaded: link.uploaded,
        requires_python: link.requires_python.and_then(|text| specifiers.parse(text)),
        yanked: link.yanked,
        metadata: link.metadata,
    }
}

/// Parses HTML or JSON by the content type. Plain file servers send none, or a generic one: then the first character
/// decides.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(body: &str, content_type: Option<&str>) -> Result<Page, String> {
        let base = Url::parse("https://index.example/simple/six/").unwrap();
        Page::parse(body.as_bytes(), content_type, &base, &"six".parse().unwrap()).map_err(|error| error.to_string())
    }

    fn names(page: &Page) -> Vec<&str> {
        page.files.iter().map(|file| file.name.as_str()).collect()
    }

    #[test]
    fn only_files_of_the_project_that_can_be_installed_are_kept() {
        let body = r#"<a href="six-1.0-py3-none-any.whl" data-requires-python="&gt;=3.5.*">x</a>
            <a href="six-1.0-py3-none-any.whl" data-requires-python="nonsense">again</a>
            <a href="six-1.0.tar.gz">x</a> <a href="six-1.0-py2.7.egg">x</a> <a href="six-1.0.exe">x</a>
            <a href="seven-1.0-py3-none-any.whl">x</a> <a href="six-broken.whl">x</a> <a href="six-1.0b-x.whl">x</a>"#;
        let page = parsed(body, Some("text/html; charset=utf-8")).unwrap();
        assert_eq!(names(&page), ["six-1.0-py3-none-any.whl", "six-1.0-py3-none-any.whl", "six-1.0.tar.gz"]);
        let admitted: Vec<_> = page.files.iter().map(|file| file.requires_python.clone()).collect();
        assert_eq!(admitted, [Some(">=3.5".parse().unwrap()), None, None]);
    }

    #[test]
    fn the_content_type_decides_how_a_page_is_read() {
        let html = r#"<a href="six-1.0.zip">x</a>"#;
        let json = r#" {"meta": {"api-version": "1.0"}, "files": [{"filename": "six-1.0.zip", "url": "six-1.0.zip"}]}"#;
        for (body, content_type) in [
            (html, Some("text/html")),
            (html, Some("application/vnd.pypi.simple.v1+html")),
            (html, Some("binary/octet-stream")),
            (html, None),
            (json, Some("application/vnd.pypi.simple.v1+json; charset=utf-8")),
            (json, Some("Application/JSON")),
            (json, Some("text/plain")),
            (json, None),
        ] {
            assert_eq!(names(&parsed(body, content_type).unwrap()), ["six-1.0.zip"], "{content_type:?}");
        }
        let refusal = "the response is not a package index page: it has the content type `image/png`";
        assert_eq!(parsed(html, Some("image/png")), Err(refusal.to_owned()));
        let refusal = "the index uses version v2+json of the repository protocol, which is not supported";
        assert_eq!(parsed(json, Some("application/vnd.pypi.simple.v2+json")), Err(refusal.to_owned()));
    }

    #[test]
    fn a_directory_offers_its_distributions() {
        let root = PathBuf::from(if cfg!(windows) { "C:/w" } else { "/w" });
        let paths = ["notes.txt", "six-1.0-py3-none-any.whl", "six-1.0.tar.gz"].map(|name| root.join(name));
        let page = Page::of_directory(&paths, &"six".parse().unwrap());
        assert_eq!(names(&page), ["six-1.0-py3-none-any.whl", "six-1.0.tar.gz"]);
        assert!(page.files.iter().all(|file| file.url.to_string().starts_with("file:///") && file.digests.is_none()));
    }
}
