//! Pages in JSON (PEP 691, with the additions of PEP 700, 714 and 792).

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use super::error::{NotAnIndexPage, PageError};
use super::file::MetadataFile;
use super::link::{Link, Links, resolve};
use crate::vocab::{Digest, Digests};

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    meta: Meta<'a>,
    #[serde(borrow, default, rename = "project-status")]
    status: Option<Status<'a>>,
    #[serde(borrow)]
    files: Vec<Entry<'a>>,
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

/// The part of a page in an unsupported version that stays readable.
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
    #[serde(borrow, default)]
    hashes: Hashes<'a>,
    #[serde(borrow, default)]
    requires_python: Option<Cow<'a, str>>,
    #[serde(default)]
    size: Option<u64>,
    #[serde(default)]
    yanked: Option<Yanked>,
    #[serde(borrow, default)]
    core_metadata: Option<Offer<'a>>,
    #[serde(borrow, default)]
    dist_info_metadata: Option<Offer<'a>>,
    /// What indexes sent before PEP 714 named it right.
    #[serde(borrow, default)]
    data_dist_info_metadata: Option<Offer<'a>>,
}

type Hashes<'a> = BTreeMap<Cow<'a, str>, Cow<'a, str>>;

#[derive(Deserialize)]
#[serde(untagged)]
enum Yanked {
    Flag(bool),
    Reason(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Offer<'a> {
    Flag(bool),
    Hashes(#[serde(borrow)] Hashes<'a>),
}

/// Parses a page. References in it are resolved against `base`.
pub(super) fn parse(body: &[u8], base: &Url) -> Result<Links, PageError> {
    let document: Document<'_> = serde_json::from_slice(body).map_err(|error| refusal(body, error))?;
    check_version(&document.meta)?;
    if let Some(status) = document.status.filter(|status| status.status == "quarantined") {
        let reason = status.reason.unwrap_or_default().into_owned();
        return Ok(Links { quarantined: Some(reason), ..Links::default() });
    }
    let mut links = Links::default();
    for entry in document.files {
        if let Some(url) = resolve(base, &entry.url) {
            links.push(entry.into_link(url))?;
        }
    }
    Ok(links)
}

impl Entry<'_> {
    fn into_link(self, url: String) -> Link {
        let offer = self.core_metadata.or(self.dist_info_metadata).or(self.data_dist_info_metadata);
        Link {
            file_name: self.filename.into_owned(),
            url,
            digests: digests(&self.hashes),
            size: self.size,
            requires_python: self.requires_python.map(Cow::into_owned),
            yanked: match self.yanked {
                Some(Yanked::Flag(true)) => Some(String::new()),
                Some(Yanked::Reason(reason)) => Some(reason),
                Some(Yanked::Flag(false)) | None => None,
            },
            metadata: match offer {
                Some(Offer::Flag(true)) => Some(MetadataFile { digests: None }),
                Some(Offer::Hashes(hashes)) => Some(MetadataFile { digests: digests(&hashes) }),
                Some(Offer::Flag(false)) | None => None,
            },
        }
    }
}

fn digests(hashes: &Hashes<'_>) -> Option<Digests> {
    Digests::new(hashes.iter().filter_map(|(algorithm, hex)| Digest::parse(algorithm, hex).ok()).collect())
}

/// A page of a newer protocol may differ in everything but its version.
fn refusal(body: &[u8], error: serde_json::Error) -> PageError {
    let version = serde_json::from_slice::<Envelope<'_>>(body).map(|envelope| check_version(&envelope.meta));
    match version {
        Ok(Err(unsupported)) => unsupported,
        Ok(Ok(())) | Err(_) => PageError::NotAnIndexPage(NotAnIndexPage::Json(error)),
    }
}

/// Minor versions only add (PEP 629).
fn check_version(meta: &Meta<'_>) -> Result<(), PageError> {
    match meta.api_version.split('.').next() {
        Some("1") => Ok(()),
        _ => Err(PageError::UnsupportedVersion { version: meta.api_version.clone().into_owned() }),
    }
}
