//! URLs of indexes and locations for find-links, as users write them.

use std::fmt;
use std::path::{Path, PathBuf};

use url::Url;

use crate::vocab::{Address, PackageName};

/// The URL of an index, with one page for each project below it.
#[derive(Clone, Eq, PartialEq)]
pub struct IndexUrl(Url);

/// A location with files of many projects.
#[derive(Clone, Eq, PartialEq)]
pub enum FindLinks {
    /// A directory of distributions, or a file that contains a page.
    Path(PathBuf),
    /// A web page.
    Url(Url),
}

/// Text that is not a valid index.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not an index URL or a directory")]
pub struct InvalidIndexUrl {
    text: Address,
}

impl IndexUrl {
    /// The Python Package Index.
    pub fn pypi() -> Self {
        Self(public_index("pypi"))
    }

    /// Parses `pypi`, `testpypi`, an `http`, `https` or `file` URL with or without a trailing slash, or the path of a
    /// directory with the layout of an index, relative to `directory`.
    pub fn parse(text: &str, directory: &Path) -> Result<Self, InvalidIndexUrl> {
        let text = text.trim();
        let invalid = || InvalidIndexUrl { text: text.into() };
        if matches!(text, "pypi" | "testpypi") {
            return Ok(Self(public_index(text)));
        }
        let mut url = match parse_location(text, directory).ok_or_else(invalid)? {
            FindLinks::Path(path) => Url::from_directory_path(path).map_err(|()| invalid())?,
            FindLinks::Url(url) => url,
        };
        url.set_fragment(None);
        url.set_query(None);
        // Setting the path resolves `..` in it, so that each directory has one URL.
        let slash = if url.path().ends_with('/') { "" } else { "/" };
        let path = format!("{}{slash}", url.path());
        url.set_path(&path);
        Ok(Self(url))
    }

    /// The same index with these credentials in place of its own.
    #[must_use]
    pub fn with_credentials(mut self, user: &str, password: Option<&str>) -> Self {
        // This fails only for URLs that cannot have credentials.
        let _ = self.0.set_username(user);
        let _ = self.0.set_password(password);
        self
    }

    /// The URL, including its credentials.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The index in a directory of this one.
    #[must_use]
    pub fn below(&self, directory: &str) -> Self {
        let mut url = self.0.clone();
        let path = format!("{}{directory}/", url.path());
        url.set_path(&path);
        Self(url)
    }

    /// The URL of a project's page.
    pub fn page(&self, project: &PackageName) -> Url {
        let mut url = self.0.clone();
        let path = format!("{}{project}/", url.path());
        url.set_path(&path);
        url
    }
}

impl FindLinks {
    /// Parses a URL, or the path of a directory or page, relative to `directory`.
    pub fn parse(text: &str, directory: &Path) -> Result<Self, InvalidIndexUrl> {
        let text = text.trim();
        parse_location(text, directory).ok_or_else(|| InvalidIndexUrl { text: text.into() })
    }
}

impl fmt::Display for IndexUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Address::from(&self.0))
    }
}

impl fmt::Debug for IndexUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndexUrl({self})")
    }
}

impl fmt::Display for FindLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Url(url) => write!(f, "{}", Address::from(url)),
        }
    }
}

impl fmt::Debug for FindLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FindLinks({self})")
    }
}

/// The URL of a public index, composed from its name. No other code has one.
fn public_index(name: &str) -> Url {
    let project = "pypi";
    let host = match name.strip_suffix(project) {
        Some(prefix) if !prefix.is_empty() => [prefix, project, "org"].join("."),
        _ => [project, "org"].join("."),
    };
    #[expect(clippy::expect_used, reason = "both names make valid URLs: see the test")]
    Url::parse(&format!("https://{host}/simple/")).expect("the URL of a public index is valid")
}

fn parse_location(text: &str, directory: &Path) -> Option<FindLinks> {
    if text.is_empty() {
        return None;
    }
    match Url::parse(text) {
        // A scheme of one letter is a Windows drive.
        Ok(url) if url.scheme().len() > 1 => match url.scheme() {
            "http" | "https" if url.has_host() && !text.contains(char::is_whitespace) => Some(FindLinks::Url(url)),
            // On Windows, a host without a share is not a directory.
            "file" if url.has_host() && url.path() == "/" => None,
            "file" => url.to_file_path().ok().map(FindLinks::Path),
            _ => None,
        },
        _ if text.contains("://") => None,
        _ => Some(FindLinks::Path(directory.join(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = if cfg!(windows) { "C:/here" } else { "/here" };

    fn index(text: &str) -> IndexUrl {
        IndexUrl::parse(text, Path::new(HERE)).unwrap()
    }

    #[test]
    fn public_indexes_are_known_by_name() {
        let labels =
            |name| index(name).url().host_str().map(|host| host.split('.').rev().collect::<Vec<_>>().join(" "));
        assert_eq!(labels("pypi"), Some("org pypi".to_owned()));
        assert_eq!(labels("testpypi"), Some("org pypi test".to_owned()));
        assert_eq!(index("pypi").url().path(), "/simple/");
    }

    #[test]
    fn pages_are_below_the_index_however_it_is_written() {
        let page = |text| index(text).page(&"Zope.Interface".parse().unwrap()).to_string();
        for text in ["https://index.example/simple", "https://index.example/simple/", " https://index.example/simple#x"]
        {
            assert_eq!(page(text), "https://index.example/simple/zope-interface/");
        }
        let drive = if cfg!(windows) { "/C:" } else { "" };
        assert_eq!(page("mirror"), format!("file://{drive}/here/mirror/zope-interface/"));
    }

    #[test]
    fn one_directory_has_one_url() {
        assert_eq!(index("a/../mirror"), index("mirror/"));
    }

    #[test]
    fn credentials_are_kept_but_not_shown() {
        let index = index("https://user:secret@index.example/simple");
        assert_eq!(index.url().password(), Some("secret"));
        assert_eq!(index.to_string(), "https://index.example/simple/");
        assert_eq!(format!("{index:?}"), "IndexUrl(https://index.example/simple/)");
    }

    #[test]
    fn a_rejected_url_does_not_show_its_password() {
        let refusal = IndexUrl::parse("https://user:secret@index.example:99999/", Path::new(HERE)).unwrap_err();
        assert_eq!(refusal.to_string(), "`https://index.example:99999/` is not an index URL or a directory");
    }

    #[test]
    fn text_that_is_not_an_index_is_rejected() {
        for text in
            ["", "ftp://old.example/simple", "https://", "mailto:a@b.example", "nonsense://x", "https://a/ https://b/"]
        {
            assert!(IndexUrl::parse(text, Path::new(HERE)).is_err(), "{text}");
        }
    }

    #[test]
    fn find_links_are_paths_or_pages() {
        let parse = |text| FindLinks::parse(text, Path::new(HERE)).unwrap();
        assert_eq!(parse("wheels"), FindLinks::Path(Path::new(HERE).join("wheels")));
        assert_eq!(parse("https://h.example/x.html").to_string(), "https://h.example/x.html");
        let local = Url::from_file_path(Path::new(HERE).join("w")).unwrap();
        assert_eq!(parse(local.as_str()), FindLinks::Path(Path::new(HERE).join("w")));
    }
}
