//! Reads locks: from the disk, or from a server.

use std::path::Path;

use url::Url;

use crate::app::error::AppError;
use crate::app::state::OnlineContext;
use crate::host::{NetworkError, Request};
use crate::index::fragment_digests;
use crate::lock::{Base, Lock, LockFileError};
use crate::resolve::HashPolicy;
use crate::vocab::{Address, Checksum, Digest, Location, Sha256};

/// The most bytes of a lock: the largest published ones have less than a quarter.
const LONGEST: u64 = 16 * 1024 * 1024;

/// Reads and parses a lock, and returns it with its digest. One from a server has to have the hash in the fragment of its URL.
///
/// # Errors
/// Over plain HTTP without a hash too, unless `hashes` allows it: the hashes in a lock prove nothing if anyone can
/// replace the lock.
pub(in crate::app) fn read_lock(
    context: &OnlineContext<'_>,
    location: &Location,
    hashes: HashPolicy,
) -> Result<(Lock, Digest), AppError> {
    let (text, base) = match location {
        Location::Path(path) => {
            let text = context.local.host.files.read_text_at_most(path, LONGEST)?;
            (text, Base::from(path.parent().unwrap_or(Path::new("."))))
        }
        Location::Url(address) => {
            let unreadable = |source| AppError::LockFile { lock: location.clone(), source };
            let invalid = || unreadable(LockFileError::InvalidAddress { address: address.clone() });
            let mut url = address.to_url().map_err(|_| invalid())?;
            let bytes = download(context, address, &url, hashes)?;
            let text = String::from_utf8(bytes).map_err(|_| unreadable(LockFileError::NotText))?;
            // Relative to the URL that the person knows: release pages redirect to stores that have nothing beside it.
            url.set_fragment(None);
            (text, Base::from(url))
        }
    };
    let digest = Sha256::of(text.as_bytes()).into();
    let lock = Lock::parse(&text, base).map_err(|source| AppError::LockFile { lock: location.clone(), source })?;
    Ok((lock, digest))
}

fn download(
    context: &OnlineContext<'_>,
    address: &Address,
    url: &Url,
    hashes: HashPolicy,
) -> Result<Vec<u8>, AppError> {
    let stated = url.fragment().and_then(fragment_digests);
    if stated.is_none() && url.scheme() == "http" && hashes != HashPolicy::AllowUnhashed {
        return Err(AppError::UnhashedLock { url: address.clone() });
    }
    context.network.add_named(address);
    let fetched = context.network.connection().fetch(&Request::new(url).compressed(), LONGEST);
    let fetched = fetched.map_err(|error| match error {
        NetworkError::Interrupted(interrupted) => interrupted.into(),
        source => AppError::LockDownload { source },
    })?;
    let mut checksum = Checksum::new(stated.as_ref());
    checksum.update(&fetched.body);
    match checksum.check() {
        Ok(_) => Ok(fetched.body),
        Err(mismatch) => {
            let file = address.to_string().split('#').next().unwrap_or_default().to_owned();
            Err(AppError::WrongFile { file, expected: mismatch.expected, got: mismatch.found })
        }
    }
}
