//! Pages in JSON (PEP 691, with the additions of PEP 700, 714 and 792).

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use url::Url;

use super::error::{NotAnIndexPage, PageError};
use super::file::MetadataFile;
use super::link::{Link, Links, MAX_LINKS, checked_base, resolve};
use crate::vocab::{Address, Digest, Digests};

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    meta: Meta<'a>,
    #[serde(borrow, default, rename = "project-status")]
    status: Option<Status<'a>>,
    #[serde(borrow)]
    files: Entries<'a>,
}

#[derive(Deserialize)]
struct Meta<'a> {
    #[serde(borrow, rename = "api-version")]
    api_version: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Status<'a> {
    #[serde(borrow)]
    status: Cow<'a, str>,
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
}

/// The part of a page that can be read in any version.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    meta: Meta<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Entry<'a> {
    #[serde(borrow)]
    filename: Cow<'a, str>,
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(default)]
    hashes: Hashes,
    #[serde(borrow, default)]
    requires_python: Option<Cow<'a, str>>,
    #[serde(default)]
    size: Option<u64>,
    #[serde(borrow, default)]
    upload_time: Option<Cow<'a, str>>,
    #[serde(default)]
    yanked: Option<Yanked>,
    #[serde(default)]
    core_metadata: Option<CoreMetadata>,
    #[serde(default)]
    dist_info_metadata: Option<CoreMetadata>,
    /// The wrong name that some indexes used before PEP 714.
    #[serde(default)]
    data_dist_info_metadata: Option<CoreMetadata>,
}

/// The files of a page. Of too many, one more than a page may have is kept: the others only pass by.
struct Entries<'a>(Vec<Entry<'a>>);

/// The valid digests among the hashes of a file. The others only pass by.
#[derive(Default)]
struct Hashes(Vec<Digest>);

enum Yanked {
    Flag(bool),
    Reason(String),
}

enum CoreMetadata {
    Flag(bool),
    Hashes(Hashes),
}

/// Parses a page. References in it are resolved against `base`.
pub(super) fn parse(body: &[u8], base: &Url) -> Result<Links, PageError> {
    let base = checked_base(base.clone())?;
    let document: Document<'_> = serde_json::from_slice(body).map_err(|error| syntax_error(body, error))?;
    check_version(&document.meta)?;
    if let Some(status) = document.status.filter(|status| status.status == "quarantined") {
        let reason = status.reason.unwrap_or_default().into_owned();
        return Ok(Links { quarantined: Some(reason), ..Links::default() });
    }
    let Entries(files) = document.files;
    if files.len() > MAX_LINKS {
        return Err(PageError::TooManyLinks { limit: MAX_LINKS });
    }
    let mut links = Links::default();
    for entry in files {
        if let Some(url) = resolve(&base, &base, &entry.url) {
            links.push(entry.into_link(url))?;
        }
    }
    Ok(links)
}

impl Entry<'_> {
    fn into_link(self, url: Address) -> Link {
        let core_metadata = self.core_metadata.or(self.dist_info_metadata).or(self.data_dist_info_metadata);
        Link {
            file_name: self.filename.into_owned(),
            url,
            digests: self.hashes.digests(),
            size: self.size,
            uploaded: self.upload_time.and_then(|time| time.parse().ok()),
            requires_python: self.requires_python.map(Cow::into_owned),
            yanked: match self.yanked {
                Some(Yanked::Flag(true)) => Some(String::new()),
                Some(Yanked::Reason(reason)) => Some(reason),
                Some(Yanked::Flag(false)) | None => None,
            },
            metadata: match core_metadata {
                Some(CoreMetadata::Flag(true)) => Some(MetadataFile { digests: None }),
                Some(CoreMetadata::Hashes(hashes)) => Some(MetadataFile { digests: hashes.digests() }),
                Some(CoreMetadata::Flag(false)) | None => None,
            },
        }
    }
}

impl Hashes {
    fn digests(self) -> Option<Digests> {
        Digests::new(self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EntriesVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Hashes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HashesVisitor)
    }
}

impl<'de> Deserialize<'de> for Yanked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(YankedVisitor)
    }
}

impl<'de> Deserialize<'de> for CoreMetadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CoreMetadataVisitor)
    }
}

struct EntriesVisitor<'a>(PhantomData<&'a ()>);

impl<'de: 'a, 'a> Visitor<'de> for EntriesVisitor<'a> {
    type Value = Entries<'a>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of files")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut files: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while entries.len() <= MAX_LINKS {
            match files.next_element()? {
                Some(entry) => entries.push(entry),
                None => return Ok(Entries(entries)),
            }
        }
        while files.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Entries(entries))
    }
}

struct HashesVisitor;

impl<'de> Visitor<'de> for HashesVisitor {
    type Value = Hashes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of hashes")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Hashes, A::Error> {
        let mut hashes = Hashes::default();
        while let Some((algorithm, hex)) = map.next_entry::<Cow<'_, str>, Cow<'_, str>>()? {
            if let Ok(digest) = Digest::parse(&algorithm, &hex) {
                // The last of an algorithm counts, and no more than one of each is kept.
                hashes.0.retain(|known| known.algorithm() != digest.algorithm());
                hashes.0.push(digest);
            }
        }
        Ok(hashes)
    }
}

struct YankedVisitor;

impl Visitor<'_> for YankedVisitor {
    type Value = Yanked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false or a reason")
    }

    fn visit_bool<E>(self, is_yanked: bool) -> Result<Yanked, E> {
        Ok(Yanked::Flag(is_yanked))
    }

    fn visit_str<E>(self, reason: &str) -> Result<Yanked, E> {
        Ok(Yanked::Reason(reason.to_owned()))
    }
}

struct CoreMetadataVisitor;

impl<'de> Visitor<'de> for CoreMetadataVisitor {
    type Value = CoreMetadata;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true, false or a map of hashes")
    }

    fn visit_bool<E>(self, exists: bool) -> Result<CoreMetadata, E> {
        Ok(CoreMetadata::Flag(exists))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CoreMetadata, A::Error> {
        HashesVisitor.visit_map(map).map(CoreMetadata::Hashes)
    }
}

/// The error for an invalid page. A page of a newer protocol may differ in everything but its version.
fn syntax_error(body: &[u8], error: serde_json::Error) -> PageError {
    let version = serde_json::from_slice::<Envelope<'_>>(body).map(|envelope| check_version(&envelope.meta));
    match version {
        Ok(Err(unsupported)) => unsupported,
        Ok(Ok(())) | Err(_) => PageError::NotAnIndexPage(NotAnIndexPage::Json(error)),
    }
}

/// Minor versions only add features (PEP 629).
fn check_version(meta: &Meta<'_>) -> Result<(), PageError> {
    match meta.api_version.split('.').next() {
        Some("1") => Ok(()),
        _ => Err(PageError::UnsupportedVersion { version: meta.api_version.clone().into_owned() }),
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

    fn stated() -> Option<Digests> {
        Digests::new(vec![Digest::parse("sha256", SHA256).unwrap()])
    }

    #[test]
    fn a_page_says_everything_about_its_files() {
        let body = format!(
            r#"{{"meta": {{"api-version": "1.9", "_last-serial": 7}}, "name": "six", "versions": ["1.0"],
            "project-status": {{"status": "archived"}}, "files": [
            {{"filename": "six-1.0-py3-none-any.whl", "url": "../../p/six-1.0-py3-none-any.whl", "size": 11053,
              "hashes": {{"sha256": "{SHA256}", "md5": "0"}}, "requires-python": ">=3.7", "yanked": "br\u006fken",
              "core-metadata": {{"sha256": "{SHA256}"}}, "data-dist-info-metadata": false, "gpg-sig": true,
              "upload-time": "2026-01-01T00:00:00Z", "provenance": null}},
            {{"filename": "six-1.0.tar.gz", "url": "https://cdn.example/six-1.0.tar.gz", "hashes": {{}}, "yanked": true,
              "upload-time": "yesterday",
              "dist-info-metadata": true, "requires-python": null, "size": null}},
            {{"filename": "six-2.0.tar.gz", "url": "https://cdn.example/six-2.0.tar.gz", "hashes": {{"md5": "0"}},
              "yanked": false, "data-dist-info-metadata": {{"blake2b": "0"}}, "core-metadata": null}},
            {{"filename": "six-3.0.tar.gz", "url": "ftp://cdn.example/six-3.0.tar.gz"}}]}}"#
        );
        let expected = vec![
            Link {
                file_name: "six-1.0-py3-none-any.whl".to_owned(),
                url: "https://index.example/p/six-1.0-py3-none-any.whl".into(),
                digests: stated(),
                size: Some(11053),
                uploaded: "2026-01-01T00:00:00Z".parse().ok(),
                requires_python: Some(">=3.7".to_owned()),
                yanked: Some("broken".to_owned()),
                metadata: Some(MetadataFile { digests: stated() }),
            },
            Link {
                file_name: "six-1.0.tar.gz".to_owned(),
                url: "https://cdn.example/six-1.0.tar.gz".into(),
                yanked: Some(String::new()),
                metadata: Some(MetadataFile { digests: None }),
                ..Link::default()
            },
            Link {
                file_name: "six-2.0.tar.gz".to_owned(),
                url: "https://cdn.example/six-2.0.tar.gz".into(),
                metadata: Some(MetadataFile { digests: None }),
                ..Link::default()
            },
        ];
        assert_eq!(parsed(&body), Ok(Links { links: expected, quarantined: None }));
    }

    #[test]
    fn a_quarantined_project_offers_nothing() {
        let body = |reason: &str| {
            format!(
                r#"{{"meta": {{"api-version": "1.4"}}, "project-status": {{"status": "quarantined"{reason}}},
                "files": [{{"filename": "six-1.0.zip", "url": "six-1.0.zip"}}]}}"#
            )
        };
        let quarantined = |reason: &str| Ok(Links { links: Vec::new(), quarantined: Some(reason.to_owned()) });
        assert_eq!(parsed(&body(r#", "reason": "malware""#)), quarantined("malware"));
        assert_eq!(parsed(&body("")), quarantined(""));
    }

    #[test]
    fn a_newer_protocol_is_refused_whatever_else_it_changes() {
        let expected = "the index uses version 2.0 of the repository protocol, which is not supported";
        for body in [
            r#"{"meta": {"api-version": "2.0"}, "files": []}"#,
            r#"{"meta": {"api-version": "2.0"}, "releases": {"1.0": []}}"#,
        ] {
            assert_eq!(parsed(body), Err(expected.to_owned()));
        }
    }

    #[test]
    fn json_that_is_not_of_an_index_is_refused() {
        for body in ["", "{", "[]", "null", r#"{"error": "not found"}"#, r#"{"meta": {"api-version": "1.0"}}"#] {
            let refusal = parsed(body).unwrap_err();
            assert_eq!(refusal, "the response is not a package index page: it is not index JSON");
        }
    }
}
