//! Cached METADATA, by the digest of its wheel. The first line says whether it was read from a wheel with that digest.

use std::path::Path;

use crate::fetch::cache::CacheBucket;
use crate::host::Files;
use crate::vocab::{Digests, Sha256};

/// The METADATA of wheels.
#[derive(Debug)]
pub(super) struct MetadataCache {
    bucket: CacheBucket,
}

/// The origin of METADATA.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Origin {
    /// A server stated it, in a file beside the wheel or in parts of the wheel.
    Stated,
    /// A wheel whose digest was verified.
    Verified,
}

/// Replaces the cached METADATA of a wheel by that of the wheel itself, whose digest was verified.
pub fn keep_metadata(files: Files, cache_dir: &Path, digests: &Digests, metadata: &[u8]) {
    MetadataCache::new(files, Some(cache_dir)).write(digests, Origin::Verified, metadata);
}

impl MetadataCache {
    pub(super) fn new(files: Files, cache_dir: Option<&Path>) -> Self {
        Self { bucket: CacheBucket::new(files, cache_dir, "metadata") }
    }

    /// The header block of METADATA. An entry without its first line, as version 0.1.0 wrote it, counts as absent.
    pub(super) fn read(&self, digests: &Digests) -> Option<Vec<u8>> {
        let mut bytes = self.bucket.read(&key(digests))?;
        let line =
            [Origin::Stated, Origin::Verified].into_iter().map(Origin::line).find(|line| bytes.starts_with(line))?;
        Some(bytes.split_off(line.len()))
    }

    pub(super) fn write(&self, digests: &Digests, origin: Origin, metadata: &[u8]) {
        self.bucket.write(&key(digests), &[origin.line(), header_block(metadata)].concat());
    }
}

impl Origin {
    fn line(self) -> &'static [u8] {
        match self {
            Self::Stated => b"stated\n",
            Self::Verified => b"verified\n",
        }
    }
}

/// METADATA without the description, which may be long and is not used.
fn header_block(metadata: &[u8]) -> &[u8] {
    let mut end = 0;
    for line in metadata.split_inclusive(|&byte| byte == b'\n') {
        end += line.len();
        if matches!(line, b"\n" | b"\r\n") {
            break;
        }
    }
    &metadata[..end]
}

fn key(digests: &Digests) -> String {
    let strongest = digests.as_slice().last().map(ToString::to_string).unwrap_or_default();
    digests.sha256().map_or_else(|| strongest.replace(':', "-"), Sha256::to_hex)
}
