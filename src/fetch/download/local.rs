//! A wheel on this machine: hashed, and used in place.

use std::borrow::Cow;
use std::path::Path;

use url::Url;

use crate::host::{Event, Host, Interrupt, Progress};
use crate::vocab::{Location, Sha256};

use super::DownloadError;
use super::item::Item;
use super::partial;

/// The location of a wheel.
#[derive(Debug)]
pub(super) enum Source<'a> {
    Local(Cow<'a, Path>),
    Remote(&'a str),
}

/// Distinguishes `file://` addresses from those of servers.
pub(super) fn source(item: Item<'_>) -> Result<Source<'_>, DownloadError> {
    let address = match item.location {
        Location::Path(path) => return Ok(Source::Local(Cow::Borrowed(path))),
        Location::Url(address) => address,
    };
    match Url::parse(address) {
        Ok(url) if url.scheme() == "file" => {
            let path = url.to_file_path().map_err(|()| item.address_error())?;
            Ok(Source::Local(Cow::Owned(path)))
        }
        _ => Ok(Source::Remote(address)),
    }
}

/// Checks a local file against its stated size and digests.
pub(super) fn check(
    host: &Host,
    item: Item<'_>,
    path: &Path,
    interrupt: &Interrupt,
    progress: &dyn Progress,
) -> Result<Sha256, DownloadError> {
    let mut file = host.files.open(path).map_err(|error| item.file_error(error))?;
    let (checksum, length) =
        partial::read(&mut file, path, item.digests, interrupt).map_err(|error| item.read_error(error))?;
    if let Some(stated) = item.size.filter(|stated| *stated != length) {
        return Err(item.wrong_size(stated, length));
    }
    let sha256 = checksum.check().map_err(|mismatch| item.wrong_digest(mismatch))?;
    progress.event(Event::DownloadAdvanced { file: item.file, bytes: length });
    Ok(sha256)
}
