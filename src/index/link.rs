//! Links to files on a page: checked, but their file names not yet parsed.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use url::Url;

use super::error::PageError;
use super::file::MetadataFile;
use crate::vocab::{Address, Digest, Digests, Timestamp};

/// A link on a page.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Link {
    pub(super) file_name: String,
    pub(super) url: Address,
    pub(super) digests: Option<Digests>,
    pub(super) size: Option<u64>,
    pub(super) uploaded: Option<Timestamp>,
    pub(super) requires_python: Option<String>,
    pub(super) yanked: Option<String>,
    pub(super) metadata: Option<MetadataFile>,
}

/// The content of a page, for any project.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Links {
    pub(super) links: Vec<Link>,
    /// The reason why the project is quarantined (PEP 792).
    pub(super) quarantined: Option<String>,
}

/// More links than any real page has: the largest known find-links pages have about 50,000.
pub(super) const MAX_LINKS: usize = 100_000;

/// Bytes of the longest URL that links may be relative to: it becomes part of each of them.
const MAX_BASE_LENGTH: usize = 1024;

impl Links {
    /// Links to local files, without digests.
    pub(super) fn from_paths(paths: &[PathBuf]) -> Self {
        let link = |path: &PathBuf| {
            let file_name = path.file_name()?.to_str()?.to_owned();
            Some(Link { file_name, url: Url::from_file_path(path).ok()?.into(), ..Link::default() })
        };
        Self { links: paths.iter().filter_map(link).collect(), quarantined: None }
    }

    /// Adds a link, up to a limit that keeps a hostile page from exhausting memory.
    pub(super) fn push(&mut self, link: Link) -> Result<(), PageError> {
        if self.links.len() >= MAX_LINKS {
            return Err(PageError::TooManyLinks { limit: MAX_LINKS });
        }
        self.links.push(link);
        Ok(())
    }
}

/// Checks the length of a URL that the links of a page are relative to.
pub(super) fn checked_base(url: Url) -> Result<Url, PageError> {
    if url.as_str().len() <= MAX_BASE_LENGTH { Ok(url) } else { Err(PageError::LongBase { limit: MAX_BASE_LENGTH }) }
}

/// Resolves a reference against the base of a page, without its fragment. `None` for schemes other than `http`, `https`
/// and `file`, and for files on another machine than the page: only a page that was read from a file names files, and
/// none names a host of a file that the user did not name. Where the page was read decides, not its `<base>`.
pub(super) fn resolve(page: &Url, base: &Url, reference: &str) -> Option<Address> {
    let reference = reference.split_once('#').map_or(reference, |(address, _)| address).trim();
    if is_plain_absolute(reference) {
        return Some(reference.into());
    }
    let url = base.join(reference).ok()?;
    match url.scheme() {
        "http" | "https" => Some(url.into()),
        "file" if page.scheme() == "file" && page.host() == url.host() => Some(url.into()),
        _ => None,
    }
}

/// The file name at the end of a URL, percent-decoded.
pub(crate) fn file_name(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?;
    let last = path.rsplit('/').next()?;
    let name = percent_decode_str(last).decode_utf8().ok()?;
    let is_valid = !name.is_empty() && !name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\'));
    is_valid.then(|| name.into_owned())
}

/// The secure digests in a fragment such as `sha256=…` or `egg=six&sha256=…`.
pub(crate) fn fragment_digests(fragment: &str) -> Option<Digests> {
    let pairs = fragment.split('&').filter_map(|part| part.split_once('='));
    Digests::new(pairs.filter_map(|(algorithm, hex)| Digest::parse(algorithm, hex).ok()).collect())
}

/// Returns true for absolute URLs that can be used without parsing. Most links are, and parsing thousands takes time.
fn is_plain_absolute(reference: &str) -> bool {
    let rest = reference.strip_prefix("https://").or_else(|| reference.strip_prefix("http://"));
    rest.and_then(|rest| rest.split_once('/')).is_some_and(|(host, path)| {
        is_plain_host(host)
            && !path.starts_with('.')
            && !path.contains("/.")
            && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%+=:&?,!".contains(&b))
    })
}

/// Returns true for hosts that are not IP addresses, not encoded, and without a port.
fn is_plain_host(host: &str) -> bool {
    let top = host.rsplit('.').next().unwrap_or_default();
    !top.is_empty()
        && top.bytes().all(|byte| byte.is_ascii_lowercase())
        && host.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !host.contains("--")
        && host.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_against_the_page() {
        let base = Url::parse("https://index.example/simple/six/").unwrap();
        let resolved = |reference| resolve(&base, &base, reference);
        let found = |url: &str| Some(Address::from(url));
        assert_eq!(resolved("../../p/six-1.0.zip#md5=1"), found("https://index.example/p/six-1.0.zip"));
        assert_eq!(resolved("//cdn.example/six-1.0.zip"), found("https://cdn.example/six-1.0.zip"));
        assert_eq!(resolved("https://cdn.example/a b.zip"), found("https://cdn.example/a%20b.zip"));
        assert_eq!(resolved("https://cdn.example/x/../six.zip"), found("https://cdn.example/six.zip"));
        assert_eq!(resolved("https://cdn.example/six-1.0.zip?a=b"), found("https://cdn.example/six-1.0.zip?a=b"));
        assert_eq!(resolved("https://127.0.0.1:80/six.zip"), found("https://127.0.0.1:80/six.zip"));
        let elsewhere = ["javascript:alert(1)", "ftp://old.example/six.zip", "file:///etc/passwd"];
        let nowhere =
            ["http://", "https://cdn.exampl%/six.zip", "https://1.2.3.999/six.zip", "https://cdn:99999/six.zip"];
        for reference in elsewhere.into_iter().chain(nowhere) {
            assert_eq!(resolved(reference), None, "{reference}");
        }
    }

    #[test]
    fn only_a_page_from_a_file_names_files_and_none_on_another_host() {
        let remote = Url::parse("https://index.example/simple/six/").unwrap();
        let local = Url::parse("file:///srv/simple/six/").unwrap();
        let share = Url::parse("file://server/share/six/").unwrap();
        let found = |url: &str| Some(Address::from(url));
        assert_eq!(resolve(&local, &local, "six-1.0.zip"), found("file:///srv/simple/six/six-1.0.zip"));
        assert_eq!(resolve(&share, &share, "six-1.0.zip"), found("file://server/share/six/six-1.0.zip"));
        assert_eq!(resolve(&local, &remote, "six-1.0.zip"), found("https://index.example/simple/six/six-1.0.zip"));
        for (page, base, reference) in [
            (&remote, &local, "six-1.0.zip"),
            (&remote, &share, "six-1.0.zip"),
            (&local, &share, "six-1.0.zip"),
            (&local, &local, "//server/share/six-1.0.zip"),
            (&local, &local, r"\\server\share\six-1.0.zip"),
            (&share, &share, "file:///srv/six-1.0.zip"),
            (&share, &share, "file://other/share/six-1.0.zip"),
        ] {
            assert_eq!(resolve(page, base, reference), None, "{page} {base} {reference}");
        }
    }

    #[test]
    fn file_names_are_decoded_and_cannot_hold_separators() {
        let name = |url| file_name(url);
        assert_eq!(name("https://h/p/torch-2.0%2Bcpu.zip?x=/y"), Some("torch-2.0+cpu.zip".to_owned()));
        assert_eq!(name("https://h/p/100%.zip"), Some("100%.zip".to_owned()));
        for url in ["https://h/p/..%2Fx.zip", "https://h/p/..%5Cx.zip", "https://h/p/", "https://h/%00.zip"] {
            assert_eq!(name(url), None, "{url}");
        }
    }

    #[test]
    fn only_secure_digests_count() {
        let sha256 = "a".repeat(64);
        let expected = Digests::new(vec![Digest::parse("sha256", &sha256).unwrap()]);
        assert_eq!(fragment_digests(&format!("egg=six&sha256={sha256}&md5=0")), expected);
        assert_eq!(fragment_digests("md5=d41d8cd98f00b204e9800998ecf8427e"), None);
        assert_eq!(fragment_digests("sha256=short"), None);
    }
}
