//! Chooses the cheapest way to the METADATA of a wheel, and remembers what it said.

use std::path::{Path, PathBuf};

use super::archive::{self, LONGEST_METADATA};
use super::local::LocalError;
use super::remote::{Opened, RemoteArchive, RemoteError};
use super::whole::{WholeError, WholeWheel};
use crate::fetch::cache::CacheBucket;
use crate::fetch::download::keep_for_download;
use crate::fetch::{CatalogError, UnusableMetadata};
use crate::host::network::{Request, Response};
use crate::host::{Connection, Files, Host, Network, NetworkError, RandomFile};
use crate::index::{File, MetadataFile};
use crate::vocab::{Checksum, Digests, Location, Metadata, Sha256, WheelName};

/// Reads the METADATA of wheels.
#[derive(Debug)]
pub(in crate::fetch) struct MetadataReader {
    cache_dir: PathBuf,
    files: Files,
    offline: bool,
    cache: CacheBucket,
}

/// How often a whole wheel is begun anew when its body breaks off.
const ATTEMPTS: usize = 3;

impl MetadataReader {
    pub(in crate::fetch) fn new(host: &Host, network: &Network, cache_dir: &Path) -> Self {
        Self {
            cache_dir: cache_dir.to_owned(),
            files: host.files,
            offline: network.is_offline(),
            cache: CacheBucket::new(host.files, cache_dir, "metadata"),
        }
    }

    /// The METADATA of a wheel: from the cache, where the same bytes were asked about before; from the file itself
    /// where it is a local one; else over the network.
    pub(in crate::fetch) fn read(&self, connection: &Connection, file: &File) -> Result<Metadata, CatalogError> {
        let subject = Subject { connection, file };
        let wheel = file.name.wheel().ok_or_else(|| subject.unusable(UnusableMetadata::Sdist))?;
        let key = file.digests.as_ref().map(key);
        let kept = key.as_ref().and_then(|key| self.cache.read(key));
        if let Some(metadata) = kept.and_then(|bytes| checked(&bytes, wheel).ok()) {
            return Ok(metadata);
        }
        let bytes = match file.location() {
            Location::Path(path) => self.in_file(&subject, wheel, &path)?,
            Location::Url(_) if self.offline => {
                return Err(CatalogError::MetadataNotCached { file: subject.name() });
            }
            Location::Url(url) => self.remote(&subject, wheel, &url)?,
        };
        let metadata = checked(&bytes, wheel).map_err(|reason| subject.unusable(reason))?;
        if let Some(key) = key {
            self.cache.write(&key, header_block(&bytes));
        }
        Ok(metadata)
    }

    fn remote(&self, subject: &Subject<'_>, wheel: &WheelName, url: &str) -> Result<Vec<u8>, CatalogError> {
        if let Some(offer) = &subject.file.metadata
            && let Some(bytes) = subject.beside(url, offer)?
        {
            return Ok(bytes);
        }
        match RemoteArchive::open(subject.connection, url).map_err(|error| subject.failure(error))? {
            Opened::Parts(mut remote) => match archive::metadata(&mut remote, wheel) {
                Ok(bytes) => Ok(bytes),
                Err(RemoteError::Network(error)) => Err(subject.failure(error)),
                Err(RemoteError::Unusual) => self.in_whole(subject, wheel, url, None),
            },
            Opened::Whole(response) => self.in_whole(subject, wheel, url, Some(*response)),
            Opened::Refused => self.in_whole(subject, wheel, url, None),
        }
    }

    /// Fetches the whole wheel, or takes it from an answer that brings it unasked.
    fn in_whole(
        &self,
        subject: &Subject<'_>,
        wheel: &WheelName,
        url: &str,
        mut answer: Option<Response>,
    ) -> Result<Vec<u8>, CatalogError> {
        let directory = self.cache_dir.join("metadata");
        let mut attempts = 0;
        let whole = loop {
            attempts += 1;
            let response = match answer.take() {
                Some(response) => response,
                None => subject.connection.get(&Request::new(url)).map_err(|error| subject.failure(error))?,
            };
            match WholeWheel::save(self.files, &directory, response, subject.file.digests.as_ref()) {
                Ok(whole) => break whole,
                Err(WholeError::Network(NetworkError::Body { .. })) if attempts < ATTEMPTS => {}
                Err(WholeError::Network(error)) => return Err(subject.failure(error)),
                Err(WholeError::File(error)) => return Err(error.into()),
                Err(WholeError::Mismatch(source)) => {
                    return Err(CatalogError::MetadataDigest { file: subject.name(), source });
                }
            }
        };
        let bytes = self.in_file(subject, wheel, &whole.path())?;
        if let Some(sha256) = subject.file.digests.as_ref().and_then(Digests::sha256) {
            keep_for_download(self.files, &self.cache_dir, sha256, &whole.path());
        }
        Ok(bytes)
    }

    fn in_file(&self, subject: &Subject<'_>, wheel: &WheelName, path: &Path) -> Result<Vec<u8>, CatalogError> {
        let mut local = RandomFile::open(self.files, path)?;
        archive::metadata(&mut local, wheel).map_err(|error| match error {
            LocalError::Io(error) => error,
            LocalError::Unreadable(reason) => subject.unusable(UnusableMetadata::Archive(reason)),
        })
    }
}

/// The file that is asked about, and the connection to ask over.
struct Subject<'a> {
    connection: &'a Connection,
    file: &'a File,
}

impl Subject<'_> {
    /// The METADATA that stands beside the wheel (PEP 658), unless it does not after all.
    fn beside(&self, url: &str, offer: &MetadataFile) -> Result<Option<Vec<u8>>, CatalogError> {
        let request = Request::new(&beside(url)).compressed();
        let bytes = match self.connection.fetch(&request, LONGEST_METADATA) {
            Ok(answer) => answer.body,
            Err(NetworkError::Status { status: 403, .. }) => return Ok(None),
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(self.failure(error)),
        };
        match &offer.digests {
            Some(digests) => {
                let mut checksum = Checksum::new(Some(digests));
                checksum.update(&bytes);
                checksum.check().map_err(|source| CatalogError::MetadataDigest { file: self.name(), source })?;
            }
            // Nobody vouches for it: it may be a page that says "not found".
            None if Metadata::parse(&bytes).is_err() => return Ok(None),
            None => {}
        }
        Ok(Some(bytes))
    }

    fn name(&self) -> String {
        self.file.name.as_str().to_owned()
    }

    fn failure(&self, source: NetworkError) -> CatalogError {
        match source {
            NetworkError::Interrupted(interrupted) => interrupted.into(),
            source => CatalogError::Metadata { file: self.name(), source: Box::new(source) },
        }
    }

    fn unusable(&self, source: UnusableMetadata) -> CatalogError {
        CatalogError::Unusable { file: self.name(), source }
    }
}

/// Parses METADATA and makes sure that it is of the wheel whose name led here.
fn checked(bytes: &[u8], wheel: &WheelName) -> Result<Metadata, UnusableMetadata> {
    let metadata = Metadata::parse(bytes).map_err(UnusableMetadata::Invalid)?;
    let version = wheel.version();
    let same_version = metadata.version == *version || metadata.version == version.clone().without_local();
    if metadata.name == *wheel.name() && same_version {
        return Ok(metadata);
    }
    Err(UnusableMetadata::OtherRelease { name: metadata.name, version: metadata.version })
}

/// METADATA without the description, which may be long and says nothing to us.
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

/// The address of the METADATA beside a wheel.
fn beside(url: &str) -> String {
    match url.split_once('?') {
        Some((path, query)) => format!("{path}.metadata?{query}"),
        None => format!("{url}.metadata"),
    }
}

fn key(digests: &Digests) -> String {
    let strongest = digests.as_slice().last().map(ToString::to_string).unwrap_or_default();
    digests.sha256().map_or_else(|| strongest.replace(':', "-"), Sha256::to_hex)
}
