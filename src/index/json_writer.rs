//! Writes pages as JSON (PEP 691), the format of the cache.

use std::collections::BTreeMap;

use serde::Serialize;

use super::file::File;
use super::page::Page;
use crate::vocab::{Address, Digests, Timestamp};

#[derive(Serialize)]
struct Document<'a> {
    meta: Meta,
    #[serde(rename = "project-status", skip_serializing_if = "Option::is_none")]
    status: Option<Status<'a>>,
    files: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Meta {
    api_version: &'static str,
}

#[derive(Serialize)]
struct Status<'a> {
    status: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Entry<'a> {
    filename: &'a str,
    url: &'a Address,
    hashes: Hashes,
    #[serde(skip_serializing_if = "Option::is_none")]
    requires_python: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    yanked: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    core_metadata: Option<CoreMetadata>,
}

type Hashes = BTreeMap<&'static str, String>;

#[derive(Serialize)]
#[serde(untagged)]
enum CoreMetadata {
    Flag(bool),
    Hashes(Hashes),
}

impl Page {
    /// The page as JSON for [`Page::parse`]. `None` if an address of it holds a secret, such as a signature: without it
    /// the page would be useless, and with it nothing is written.
    pub fn to_json(&self) -> Option<Vec<u8>> {
        if self.files.iter().any(|file| file.url.has_secrets()) {
            return None;
        }
        let status = self.quarantined.as_deref().map(|reason| Status { status: "quarantined", reason });
        let files = self.files.iter().map(Entry::of).collect();
        serde_json::to_vec(&Document { meta: Meta { api_version: "1.4" }, status, files }).ok()
    }
}

impl<'a> Entry<'a> {
    fn of(file: &'a File) -> Self {
        Self {
            filename: file.name.as_str(),
            url: &file.url,
            hashes: file.digests.as_ref().map(hashes).unwrap_or_default(),
            requires_python: file.requires_python.as_ref().map(ToString::to_string),
            size: file.size,
            upload_time: file.uploaded,
            yanked: file.yanked.as_deref(),
            core_metadata: file.metadata.as_ref().map(|metadata| {
                metadata
                    .digests
                    .as_ref()
                    .map_or(CoreMetadata::Flag(true), |digests| CoreMetadata::Hashes(hashes(digests)))
            }),
        }
    }
}

fn hashes(digests: &Digests) -> Hashes {
    digests.as_slice().iter().map(|digest| (digest.algorithm().name(), digest.to_hex())).collect()
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn read_back(page: &Page) -> Page {
        let base = Url::parse("https://index.example/").unwrap();
        Page::parse(&page.to_json().unwrap(), Some("application/json"), &base, &"six".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_page_is_read_back_as_it_was_written() {
        let sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let body = format!(
            r#"<a href="six-1.0-py3-none-any.whl#sha256={sha256}" data-requires-python="&gt;=3.7, !=3.8.*" data-yanked="a &quot;b&quot;"
               data-core-metadata="sha256={sha256}">x</a> <a href="six-1.0.zip" data-yanked>x</a>
               <a href="six-2.0-py3-none-any.whl" data-core-metadata="true">x</a> <a href="six-2.0.exe">x</a>"#
        );
        let base = Url::parse("https://index.example/simple/six/").unwrap();
        let page = Page::parse_html(body.as_bytes(), &base, &"six".parse().unwrap()).unwrap();
        assert_eq!(page.files.len(), 3);
        assert_eq!(read_back(&page), page);
    }

    #[test]
    fn the_time_of_an_upload_is_kept() {
        let body = br#"{"meta": {"api-version": "1.1"}, "files": [{"filename": "six-1.0-py3-none-any.whl",
            "url": "https://files.example/six-1.0-py3-none-any.whl", "upload-time": "2026-01-01T00:00:00.5Z"}]}"#;
        let base = Url::parse("https://index.example/simple/six/").unwrap();
        let page = Page::parse(body, Some("application/json"), &base, &"six".parse().unwrap()).unwrap();
        assert_eq!(page.files[0].uploaded.unwrap().to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(read_back(&page), page);
    }

    #[test]
    fn a_quarantined_page_stays_quarantined() {
        let page = Page { quarantined: Some("malware".to_owned()), ..Page::default() };
        assert_eq!(read_back(&page), page);
    }
}
