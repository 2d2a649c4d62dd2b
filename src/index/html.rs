//! Pages in HTML (PEP 503, with the additions of PEP 592, 629, 658, 714 and 792), and find-links pages.
//!
//! A page without links to distributions counts as an empty page of an index only if it has the
//! `pypi:repository-version` of PEP 629, or no content at all. Any other response with status 200 may be something
//! else, whatever its title says: a login page, a captive portal, an error page.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use url::Url;

use super::error::{NotAnIndexPage, PageError};
use super::file::{MetadataFile, is_distribution};
use super::link::{Link, Links, MAX_LINKS, checked_base, file_name, fragment_digests, resolve};
use crate::vocab::{Digest, Digests};

/// Parses a page. References in it are resolved against its `<base>` or `base`.
pub(super) fn parse(body: &[u8], base: &Url) -> Result<Links, PageError> {
    let mut reader = Reader::new(checked_base(base.clone())?);
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| reader.event(&event).err());
    emitter.naively_switch_states(true);
    if let Some(Ok(error)) = Tokenizer::new_with_emitter(body, emitter).next() {
        return Err(error);
    }
    reader.finish(body)
}

/// The page as far as it has been read.
struct Reader {
    /// The URL of the page itself.
    page: Url,
    base: Option<Url>,
    /// Links of all kinds.
    anchors: usize,
    links: Links,
    /// The page is recognizable as one of an index.
    recognized: bool,
    /// The page has visible or executable content.
    has_content: bool,
    quarantined: bool,
    reason: String,
    tag: Tag,
}

/// The start tag being read.
#[derive(Default)]
struct Tag {
    kind: Kind,
    attributes: [Option<String>; ATTRIBUTES.len()],
    /// The attribute of the next value.
    current: Option<usize>,
}

#[derive(Clone, Copy, Default, Eq, PartialEq)]
enum Kind {
    Anchor,
    Base,
    Meta,
    #[default]
    Other,
    Structure,
}

const ATTRIBUTES: [&str; 7] =
    ["content", "data-core-metadata", "data-dist-info-metadata", "data-requires-python", "data-yanked", "href", "name"];

impl Reader {
    fn new(page: Url) -> Self {
        Self {
            page,
            base: None,
            anchors: 0,
            links: Links::default(),
            recognized: false,
            has_content: false,
            quarantined: false,
            reason: String::new(),
            tag: Tag::default(),
        }
    }

    fn event(&mut self, event: &CallbackEvent<'_>) -> Result<(), PageError> {
        match event {
            CallbackEvent::OpenStartTag { name } => self.tag.open(name),
            CallbackEvent::AttributeName { name } => self.tag.attribute(name),
            CallbackEvent::AttributeValue { value } => self.tag.value(value),
            CallbackEvent::CloseStartTag { .. } => self.start()?,
            CallbackEvent::String { value } => self.has_content |= !value.trim_ascii().is_empty(),
            CallbackEvent::Comment { .. }
            | CallbackEvent::Doctype { .. }
            | CallbackEvent::EndTag { .. }
            | CallbackEvent::Error(_) => {}
        }
        Ok(())
    }

    fn start(&mut self) -> Result<(), PageError> {
        self.has_content |= matches!(self.tag.kind, Kind::Anchor | Kind::Other);
        match self.tag.kind {
            Kind::Anchor => self.anchor(),
            Kind::Base => self.rebase(),
            Kind::Meta => self.meta(),
            Kind::Other | Kind::Structure => Ok(()),
        }
    }

    /// Only the first `<base>` with a `href` counts (HTML, "The base element").
    fn rebase(&mut self) -> Result<(), PageError> {
        if let Some(href) = self.tag.take("href").filter(|_| self.base.is_none()) {
            let base = self.page.join(&href).unwrap_or_else(|_| self.page.clone());
            self.base = Some(checked_base(base)?);
        }
        Ok(())
    }

    fn meta(&mut self) -> Result<(), PageError> {
        let content = self.tag.take("content").unwrap_or_default();
        match self.tag.take("name").unwrap_or_default().as_str() {
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

    fn anchor(&mut self) -> Result<(), PageError> {
        let Some(href) = self.tag.take("href") else { return Ok(()) };
        self.anchors += 1;
        if self.anchors > MAX_LINKS {
            return Err(PageError::TooManyLinks { limit: MAX_LINKS });
        }
        let (address, fragment) = href.split_once('#').unwrap_or((&href, ""));
        let base = self.base.as_ref().unwrap_or(&self.page);
        let Some(url) = resolve(&self.page, base, address) else { return Ok(()) };
        let Some(file_name) = file_name(url.with_secrets()).filter(|name| is_distribution(name)) else { return Ok(()) };
        self.recognized = true;
        let core_metadata = self.tag.take("data-core-metadata").or_else(|| self.tag.take("data-dist-info-metadata"));
        self.links.push(Link {
            file_name,
            url,
            digests: fragment_digests(fragment),
            size: None,
            uploaded: None,
            requires_python: self.tag.take("data-requires-python"),
            yanked: self.tag.take("data-yanked"),
            metadata: core_metadata.and_then(|value| metadata_file(&value)),
        })
    }

    fn finish(self, body: &[u8]) -> Result<Links, PageError> {
        if self.quarantined {
            return Ok(Links { quarantined: Some(self.reason), ..Links::default() });
        }
        let is_empty = !self.has_content && !body.trim_ascii().is_empty();
        if self.recognized || is_empty {
            return Ok(self.links);
        }
        Err(PageError::NotAnIndexPage(NotAnIndexPage::Html))
    }
}

impl Tag {
    fn open(&mut self, name: &[u8]) {
        *self = Self { kind: Kind::of(name), ..Self::default() };
    }

    /// The first of several attributes with the same name counts, as in browsers.
    fn attribute(&mut self, name: &[u8]) {
        let known = ATTRIBUTES.iter().position(|attribute| attribute.as_bytes() == name);
        self.current = known.filter(|&index| self.attributes[index].is_none());
        if let Some(index) = self.current {
            self.attributes[index] = Some(String::new());
        }
    }

    fn value(&mut self, value: &[u8]) {
        if let Some(index) = self.current.take() {
            self.attributes[index] = Some(String::from_utf8_lossy(value).into_owned());
        }
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let index = ATTRIBUTES.iter().position(|attribute| *attribute == name)?;
        self.attributes[index].take()
    }
}

impl Kind {
    fn of(name: &[u8]) -> Self {
        match name {
            b"a" => Self::Anchor,
            b"base" => Self::Base,
            b"meta" => Self::Meta,
            b"body" | b"br" | b"head" | b"html" => Self::Structure,
            _ => Self::Other,
        }
    }
}

/// `true`, or a digest such as `sha256=…`. The file also exists if its digest is not supported.
fn metadata_file(value: &str) -> Option<MetadataFile> {
    match value.split_once('=') {
        Some((algorithm, hex)) => {
            let digest = Digest::parse(algorithm, hex).ok();
            Some(MetadataFile { digests: Digests::new(digest.into_iter().collect()) })
        }
        None => value.trim().eq_ignore_ascii_case("true").then_some(MetadataFile { digests: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    fn parsed(body: &str) -> Result<Links, String> {
        let base = Url::parse("https://index.example/simple/six/").unwrap();
        parse(body.as_bytes(), &base).map_err(|error| error.to_string())
    }

    fn digests() -> Option<Digests> {
        Digests::new(vec![Digest::parse("sha256", SHA256).unwrap()])
    }

    #[test]
    fn a_page_says_everything_about_its_files() {
        let body = format!(
            r#"<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.4"><title>Links for six</title></head>
            <body><h1>Links for six</h1>
            <!-- <a href="commented-1.0.zip">no</a> --><script>"<a href='scripted-1.0.zip'>"</script>
            <A HREF="../../p/six-1.0-py3-none-any.whl#sha256={SHA256}" data-requires-python="&gt;=3.7,&lt;4"
               data-yanked="broken &amp; withdrawn" data-core-metadata="sha256={SHA256}" data-dist-info-metadata="false">six</a><br/>
            <a href="https://cdn.example/six-2.0.tar.gz?a=1&amp;b=2#md5=d41d8cd98f00b204e9800998ecf8427e" data-yanked>x</a>
            <a href="six-2.0-py3-none-any.whl" data-dist-info-metadata="true" rel="internal">x</a>
            <a href="six-3.0-py3-none-any.whl" data-core-metadata="md5=0">x</a>
            <a href="six-1.0.win32-py2.4.exe">x</a> <a href="six-1.0.tar.gz.asc">x</a> <a>no</a> <a href="../">up</a>"#
        );
        let link =
            |file_name: &str, url: &str| Link { file_name: file_name.to_owned(), url: url.into(), ..Link::default() };
        let first = link("six-1.0-py3-none-any.whl", "https://index.example/p/six-1.0-py3-none-any.whl");
        let second = link("six-2.0.tar.gz", "https://cdn.example/six-2.0.tar.gz?a=1&b=2");
        let third = link("six-2.0-py3-none-any.whl", "https://index.example/simple/six/six-2.0-py3-none-any.whl");
        let fourth = link("six-3.0-py3-none-any.whl", "https://index.example/simple/six/six-3.0-py3-none-any.whl");
        let last = link("six-1.0.win32-py2.4.exe", "https://index.example/simple/six/six-1.0.win32-py2.4.exe");
        let expected = vec![
            Link {
                digests: digests(),
                requires_python: Some(">=3.7,<4".to_owned()),
                yanked: Some("broken & withdrawn".to_owned()),
                metadata: Some(MetadataFile { digests: digests() }),
                ..first
            },
            Link { yanked: Some(String::new()), ..second },
            Link { metadata: Some(MetadataFile { digests: None }), ..third },
            Link { metadata: Some(MetadataFile { digests: None }), ..fourth },
            last,
        ];
        assert_eq!(parsed(&body), Ok(Links { links: expected, quarantined: None }));
    }

    #[test]
    fn references_start_at_the_base_that_the_page_names() {
        let links = parsed(r#"<base href="https://cdn.example/files/x"><a href="six-1.0.zip">six</a>"#).unwrap();
        assert_eq!(links.links[0].url.with_secrets(), "https://cdn.example/files/six-1.0.zip");
    }

    #[test]
    fn many_bases_do_not_make_every_address_longer() {
        let body = format!("{}<a href=six-1.0.zip>", "<base href=a/>".repeat(1000));
        assert_eq!(
            parsed(&body).unwrap().links[0].url.with_secrets(),
            "https://index.example/simple/six/a/six-1.0.zip"
        );
        let body = format!("<base href={}/><a href=six-1.0.zip>", "a".repeat(2000));
        let refusal = "the base URL of the page is longer than 1024 bytes";
        assert_eq!(parsed(&body), Err(refusal.to_owned()));
    }

    #[test]
    fn a_page_may_be_empty_when_it_is_one_of_an_index() {
        for body in [
            r#"<meta name="pypi:repository-version" content="1.0"><p>no releases</p>"#,
            "<!DOCTYPE html>\n<html>\n<body>\n</body>\n</html>",
        ] {
            assert_eq!(parsed(body), Ok(Links::default()), "{body}");
        }
    }

    #[test]
    fn a_page_that_is_not_one_of_an_index_is_refused() {
        for body in [
            "",
            "  \n",
            "it works",
            "<html><head><title>Sign in</title></head><body><form action=/login><input name=user></form></body></html>",
            "<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>",
            "<html><head><title>Simple index</title></head><body><a href='/simple/six/'>six</a></body></html>",
            "<html><head><meta http-equiv=refresh content=0></head><body><script>go()</script></body></html>",
            "<html><head><title>Links for six</title></head><body><h1>Links for six</h1></body></html>",
            "<html><head><title>Index of /simple/six/</title></head><body><a href=\"../\">../</a></body></html>",
            "<p>read <a href='https://portal.example/terms'>our terms</a> about links for six</p>",
        ] {
            let refusal = parsed(body).unwrap_err();
            assert!(refusal.starts_with("the response is not a package index page"), "{body}: {refusal}");
        }
    }

    #[test]
    fn a_newer_protocol_is_refused() {
        let refusal = parsed(r#"<meta name="pypi:repository-version" content="2.0"><a href="six-1.0.zip">six</a>"#);
        let expected = "the index uses version 2.0 of the repository protocol, which is not supported";
        assert_eq!(refusal, Err(expected.to_owned()));
    }

    #[test]
    fn a_quarantined_project_offers_nothing() {
        let body = r#"<meta name="pypi:project-status" content="quarantined">
            <meta name="pypi:project-status-reason" content="malware"><a href="six-1.0.zip">six</a>"#;
        assert_eq!(parsed(body), Ok(Links { links: Vec::new(), quarantined: Some("malware".to_owned()) }));
    }

    #[test]
    fn broken_markup_and_bytes_do_no_harm() {
        let base = Url::parse("https://index.example/").unwrap();
        let body = b"\xff\xfe<a href=\"six-1.0.zip#sha256=zz\" <b></a></a><a href='six-2.0.zip";
        let names: Vec<String> = parse(body, &base).unwrap().links.into_iter().map(|link| link.file_name).collect();
        assert_eq!(names, ["six-1.0.zip"]);
    }
}
