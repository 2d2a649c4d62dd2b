//! Reads the METADATA of a wheel in the cheapest way, and caches it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::cached::{MetadataCache, Origin};
use super::in_archive::{LONGEST_METADATA, read_metadata};
use super::remote::{Opened, RemoteWheel};
use super::whole::{WholeError, WholeWheel};
use crate::archive::zip::{ArchiveError, Source};
use crate::fetch::download::keep_for_download;
use crate::fetch::{CatalogError, UnusableMetadata};
use crate::host::network::{Request, Response};
use crate::host::{Connection, Files, Host, Locks, Network, NetworkError, RandomFile};
use crate::index::{File, MetadataFile};
use crate::vocab::{Address, Checksum, Digests, Location, Metadata, WheelName};

/// Reads the METADATA of wheels.
#[derive(Debug)]
pub(in crate::fetch) struct MetadataReader {
    cache_dir: Option<PathBuf>,
    /// For wheels that are read whole where there is no cache.
    temporary: PathBuf,
    files: Files,
    locks: Locks,
    offline: bool,
    cache: MetadataCache,
    /// The sizes of wheels that were read in parts: whoever sends more of them is wrong.
    sizes: Mutex<HashMap<Address, u64>>,
}

/// The attempts at fetching a whole wheel whose body is interrupted.
const ATTEMPTS: usize = 3;

impl MetadataReader {
    pub(in crate::fetch) fn new(host: &Host, network: &Network, cache_dir: Option<&Path>) -> Self {
        Self {
            cache_dir: cache_dir.map(Path::to_owned),
            temporary: host.environment.temporary_dir(),
            files: host.files,
            locks: host.locks.clone(),
            offline: network.is_offline(),
            cache: MetadataCache::new(host.files, cache_dir),
            sizes: Mutex::default(),
        }
    }

    /// The METADATA of a wheel: from the cache if a wheel of the same digest was read before, from the file itself if it
    /// is local, else over the network.
    pub(in crate::fetch) fn read(&self, connection: &Connection, file: &File) -> Result<Metadata, CatalogError> {
        let lookup = Lookup { connection, file };
        let wheel = file.name.wheel().ok_or_else(|| lookup.unusable(UnusableMetadata::Sdist))?;
        let cached = file.digests.as_ref().and_then(|digests| self.cache.read(digests));
        if let Some(metadata) = cached.and_then(|bytes| checked(&bytes, wheel).ok()) {
            return Ok(metadata);
        }
        let (origin, bytes) = match file.location() {
            Location::Path(path) => (Origin::Stated, self.read_file(&lookup, wheel, &path)?),
            Location::Url(_) if self.offline => {
                return Err(CatalogError::MetadataNotCached { file: lookup.name() });
            }
            Location::Url(url) => self.read_remote(&lookup, wheel, &url)?,
        };
        let metadata = checked(&bytes, wheel).map_err(|reason| lookup.unusable(reason))?;
        if let Some(digests) = &file.digests {
            self.cache.write(digests, origin, &bytes);
        }
        Ok(metadata)
    }

    /// The size of a wheel, if it was read in parts.
    pub(in crate::fetch) fn size(&self, url: &Address) -> Option<u64> {
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner).get(url).copied()
    }

    fn read_remote(
        &self,
        lookup: &Lookup<'_>,
        wheel: &WheelName,
        url: &Address,
    ) -> Result<(Origin, Vec<u8>), CatalogError> {
        if let Some(offer) = &lookup.file.metadata
            && let Some(bytes) = lookup.fetch_metadata_file(url, offer)?
        {
            return Ok((Origin::Stated, bytes));
        }
        let verified = |bytes| (Origin::Verified, bytes);
        let whole = |response| self.read_whole(lookup, wheel, url, response).map(verified);
        match RemoteWheel::open(lookup.connection, url).map_err(|error| lookup.failure(error))? {
            Opened::Parts(remote) => match read_metadata(&remote, wheel) {
                Ok(bytes) => {
                    let mut sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
                    sizes.insert(url.clone(), remote.size());
                    Ok((Origin::Stated, bytes))
                }
                Err(UnusableMetadata::Archive(ArchiveError::Read { source })) => match source.downcast() {
                    Ok(error) => Err(lookup.failure(error)),
                    Err(_) => whole(None),
                },
                Err(_) => whole(None),
            },
            Opened::Whole(response) => whole(Some(*response)),
            Opened::Refused => whole(None),
        }
    }

    /// Fetches the whole wheel, unless a response has it already.
    fn read_whole(
        &self,
        lookup: &Lookup<'_>,
        wheel: &WheelName,
        url: &Address,
        mut response: Option<Response>,
    ) -> Result<Vec<u8>, CatalogError> {
        let mut attempts = 0;
        let whole = loop {
            attempts += 1;
            let response = match response.take() {
                Some(response) => response,
                None => lookup.connection.get(&Request::new(url.clone())).map_err(|error| lookup.failure(error))?,
            };
            let saved = match &self.cache_dir {
                Some(cache_dir) => WholeWheel::save(self.files, cache_dir, response, lookup.file),
                None => WholeWheel::save_unnamed(self.files, &self.temporary, response, lookup.file),
            };
            match saved {
                Ok(whole) => break whole,
                Err(WholeError::Network(NetworkError::Body { .. })) if attempts < ATTEMPTS => {}
                Err(WholeError::Network(error)) => return Err(lookup.failure(error)),
                Err(WholeError::File(error)) => return Err(error.into()),
                Err(WholeError::Mismatch(source)) => {
                    return Err(CatalogError::MetadataDigest { file: lookup.name(), source });
                }
            }
        };
        let directory = self.cache_dir.as_deref().unwrap_or(&self.temporary);
        let bytes = read_opened(lookup, wheel, &whole.file, directory)?;
        let sha256 = lookup.file.digests.as_ref().and_then(Digests::sha256);
        if let (Some(sha256), Some(path), Some(cache_dir)) = (sha256, whole.path(), &self.cache_dir) {
            keep_for_download(self.files, &self.locks, cache_dir, sha256, &path);
        }
        Ok(bytes)
    }

    fn read_file(&self, lookup: &Lookup<'_>, wheel: &WheelName, path: &Path) -> Result<Vec<u8>, CatalogError> {
        read_opened(lookup, wheel, &RandomFile::open(self.files, path)?, path)
    }
}

fn read_opened(
    lookup: &Lookup<'_>,
    wheel: &WheelName,
    file: &RandomFile,
    path: &Path,
) -> Result<Vec<u8>, CatalogError> {
    read_metadata(file, wheel).map_err(|error| match error {
        UnusableMetadata::Archive(ArchiveError::Read { source }) => {
            CatalogError::Read { path: path.to_owned(), source }
        }
        reason => lookup.unusable(reason),
    })
}

/// A file whose METADATA is wanted, and the connection to its server.
struct Lookup<'a> {
    connection: &'a Connection,
    file: &'a File,
}

impl Lookup<'_> {
    /// Fetches the METADATA beside the wheel (PEP 658). `None` if the server does not send it, whatever the reason: it
    /// only saves time, and the wheel has METADATA too.
    fn fetch_metadata_file(&self, url: &Address, offer: &MetadataFile) -> Result<Option<Vec<u8>>, CatalogError> {
        let request = Request::new(metadata_url(url)).compressed().retried_once();
        let bytes = match self.connection.fetch(&request, LONGEST_METADATA) {
            Ok(response) => response.body,
            Err(NetworkError::Interrupted(interrupted)) => return Err(interrupted.into()),
            Err(_) => return Ok(None),
        };
        match &offer.digests {
            Some(digests) => {
                let mut checksum = Checksum::new(Some(digests));
                checksum.update(&bytes);
                checksum.check().map_err(|source| CatalogError::MetadataDigest { file: self.name(), source })?;
            }
            // Without a digest it may be a page that says "not found".
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

/// Parses METADATA and checks that it belongs to the wheel.
fn checked(bytes: &[u8], wheel: &WheelName) -> Result<Metadata, UnusableMetadata> {
    let metadata = Metadata::parse(bytes).map_err(UnusableMetadata::Invalid)?;
    let version = wheel.version();
    let same_version = metadata.version == *version || metadata.version == version.clone().without_local();
    if metadata.name == *wheel.name() && same_version {
        return Ok(metadata);
    }
    Err(UnusableMetadata::OtherRelease { name: metadata.name, version: metadata.version })
}

/// The address of the METADATA beside a wheel.
fn metadata_url(url: &Address) -> Address {
    let url = url.with_secrets();
    match url.split_once('?') {
        Some((path, query)) => format!("{path}.metadata?{query}").into(),
        None => format!("{url}.metadata").into(),
    }
}
