//! Pages in HTML (PEP 503, with the additions of PEP 592, 629, 658, 714 and 792), and find-links pages.
//!
//! A page without links to distributions is taken for an empty page of an index only when it says that it is one: by
//! the `pypi:repository-version` of PEP 629, or by a title or heading that begins as those of indexes and of servers'
//! directory listings do, or by holding nothing at all. Anything else with status 200 is somebody else's answer: a
//! login page, a captive portal, an error page.

use std::convert::Infallible;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, StartTag, Token, Tokenizer};
use url::Url;

use super::error::{NotAnIndexPage, PageError};
use super::file::{MetadataFile, is_distribution};
use super::link::{Link, Links, file_name, fragment_digests, resolve};
use crate::vocab::{Digest, Digests};

/// Beginnings of the titles and headings of pages that may rightly be empty, in lowercase.
const TITLES: [&str; 3] = ["links for", "index of", "directory listing for"];

/// Parses a page. References in it are resolved against `base`, or what the page's `<base>` makes of it.
pub(super) fn parse(body: &[u8], base: &Url) -> Result<Links, PageError> {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut reader = Reader::new(base);
    let text = String::from_utf8_lossy(body);
    for token in Tokenizer::new_with_emitter(text.as_ref(), emitter) {
        let Ok::<_, Infallible>(token) = token;
        match token {
            Token::StartTag(tag) => reader.start(&tag)?,
            Token::EndTag(tag) => reader.end(&tag.name),
            Token::String(text) => reader.text(&text),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.finish(body)
}

/// What is known of the page so far.
struct Reader {
    base: Url,
    links: Links,
    /// The page presents itself as one of an index.
    recognized: bool,
    /// The page holds something to see or to run.
    occupied: bool,
    heading: Option<String>,
    quarantined: bool,
    reason: String,
}

impl Reader {
    fn new(base: &Url) -> Self {
        Self {
            base: base.clone(),
            links: Links::default(),
            recognized: false,
            occupied: false,
            heading: None,
            quarantined: false,
            reason: String::new(),
        }
    }

    fn start(&mut self, tag: &StartTag<()>) -> Result<(), PageError> {
        match tag.name.as_slice() {
            b"a" => {
                self.occupied = true;
                self.anchor(tag)?;
            }
            b"base" => {
                if let Some(base) = attribute(tag, "href").and_then(|href| self.base.join(&href).ok()) {
                    self.base = base;
                }
            }
            b"meta" => self.meta(tag)?,
            b"title" | b"h1" => self.heading = Some(String::new()),
            b"body" | b"br" | b"head" | b"html" => {}
            _ => self.occupied = true,
        }
        Ok(())
    }

    fn end(&mut self, name: &HtmlString) {
        if matches!(name.as_slice(), b"title" | b"h1")
            && let Some(heading) = self.heading.take()
        {
            let heading = heading.trim().to_lowercase();
            self.recognized |= TITLES.iter().any(|title| heading.starts_with(title));
        }
    }

    fn text(&mut self, text: &[u8]) {
        self.occupied |= !text.trim_ascii().is_empty();
        if let Some(heading) = &mut self.heading {
            heading.push_str(&String::from_utf8_lossy(text));
        }
    }

    fn meta(&mut self, tag: &StartTag<()>) -> Result<(), PageError> {
        let content = attribute(tag, "content").unwrap_or_default();
        match attribute(tag, "name").unwrap_or_default().as_str() {
            "pypi:repository-version" => {
                self.recognized = true;
                if content.trim().split('.').next() != Some("1") {
                    return Err(PageError::UnsupportedVersion { version: content });
                }
            }
            "pypi:project-status" => self.quarantined = content == "quarantined",
            "pypi:project-status-reason" => self.reason = content,
            _ => {}
        }
        Ok(())
    }

    fn anchor(&mut self, tag: &StartTag<()>) -> Result<(), PageError> {
        let Some(href) = attribute(tag, "href") else { return Ok(()) };
        let (address, fragment) = href.split_once('#').unwrap_or((&href, ""));
        let Some(url) = resolve(&self.base, address) else { return Ok(()) };
        let Some(file_name) = file_name(&url).filter(|name| is_distribution(name)) else { return Ok(()) };
        self.recognized = true;
        let offer = attribute(tag, "data-core-metadata").or_else(|| attribute(tag, "data-dist-info-metadata"));
        self.links.push(Link {
            file_name,
            url,
            digests: fragment_digests(fragment),
            size: None,
            requires_python: attribute(tag, "data-requires-python"),
            yanked: attribute(tag, "data-yanked"),
            metadata: offer.and_then(|value| metadata_file(&value)),
        })
    }

    fn finish(mut self, body: &[u8]) -> Result<Links, PageError> {
        if self.quarantined {
            return Ok(Links { quarantined: Some(self.reason), ..Links::default() });
        }
        let vacant = !self.occupied && !body.trim_ascii().is_empty();
        if self.recognized || vacant {
            self.links.links.shrink_to_fit();
            return Ok(self.links);
        }
        Err(PageError::NotAnIndexPage(NotAnIndexPage::Html))
    }
}

/// `true`, or a digest written `sha256=…`. The file is there too when its digest is of no use to us.
fn metadata_file(value: &str) -> Option<MetadataFile> {
    match value.split_once('=') {
        Some((algorithm, hex)) => {
            let digest = Digest::parse(algorithm, hex).ok();
            Some(MetadataFile { digests: Digests::new(digest.into_iter().collect()) })
        }
        None => value.trim().eq_ignore_ascii_case("true").then_some(MetadataFile { digests: None }),
    }
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned())
}
