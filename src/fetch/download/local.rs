//! A wheel on this machine: copied into a private file, and hashed meanwhile.

use std::borrow::Cow;
use std::path::Path;

use crate::host::{Event, Host, Interrupt, Progress, VerifiedFile};
use crate::vocab::{Address, Location};

use super::DownloadError;
use super::item::Item;
use super::partial;

/// The location of a wheel.
#[derive(Debug)]
pub(super) enum Source<'a> {
    Local(Cow<'a, Path>),
    Remote(&'a Address),
}

/// Distinguishes `file://` addresses from those of servers.
pub(super) fn source(item: Item<'_>) -> Result<Source<'_>, DownloadError> {
    let address = match item.location {
        Location::Path(path) => return Ok(Source::Local(Cow::Borrowed(path))),
        Location::Url(address) => address,
    };
    match address.to_url() {
        Ok(url) if url.scheme() == "file" => {
            let path = url.to_file_path().map_err(|()| item.address_error())?;
            Ok(Source::Local(Cow::Owned(path)))
        }
        _ => Ok(Source::Remote(address)),
    }
}

/// Copies a local file into a private file of a directory, and checks the copy against the stated size and digests.
/// Others may write the local file: what is checked is the copy, and only the copy is used.
pub(super) fn verified(
    host: &Host,
    item: Item<'_>,
    path: &Path,
    directory: &Path,
    interrupt: &Interrupt,
    progress: &dyn Progress,
) -> Result<VerifiedFile, DownloadError> {
    let mut original = host.files.open(path).map_err(|error| item.file_error(error))?;
    let copied = partial::private_copy(host.files, &mut original, path, directory, item.digests, interrupt);
    let verified = item.verified(copied)?;
    progress.event(Event::DownloadAdvanced { file: item.file, bytes: verified.file.size() });
    Ok(verified)
}
