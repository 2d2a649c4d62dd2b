//! Reads locks: from the disk, or from a server.

use std::path::Path;

use url::Url;

use crate::app::error::AppError;
use crate::app::state::OnlineContext;
use crate::host::{NetworkError, Request};
use crate::index::fragment_digests;
use crate::lock::{Base, Lock, LockFileError};
use crate::resolve::HashPolicy;
use crate::trust::PublicKey;
use crate::vocab::{Address, Checksum, Digest, Location, Sha256};

use super::lock_signature::{compare_release, verify_lock};

/// Reads and parses a lock, and returns it with its digest. One from a server has to have the hash in the fragment of its URL.
/// With a key, its signature is verified first.
///
/// # Errors
/// Over plain HTTP without a hash too, unless `hashes` allows it: the hashes in a lock prove nothing if anyone can
/// replace the lock, and a signature does not tell an older release from the newest one.
pub(in crate::app) fn read_lock(
    context: &OnlineContext<'_>,
    location: &Location,
    hashes: HashPolicy,
    key: Option<&PublicKey>,
) -> Result<(Lock, Digest), AppError> {
    let unreadable = |source| AppError::LockFile { lock: location.clone(), source: Box::new(source) };
    let (bytes, base) = match location {
        Location::Path(path) => {
            let bytes = context.local.host.files.read_at_most(path, Lock::LONGEST)?;
            (bytes, Base::from(path.parent().unwrap_or(Path::new("."))))
        }
        Location::Url(address) => {
            let invalid = || unreadable(LockFileError::InvalidAddress { address: address.clone() });
            let mut url = address.to_url().map_err(|_| invalid())?;
            let bytes = download(context, address, &url, hashes)?;
            // Relative to the URL that the person knows: release pages redirect to stores that have nothing beside it.
            url.set_fragment(None);
            (bytes, Base::from(url))
        }
    };
    let signed = key.map(|key| verify_lock(context, location, &bytes, key)).transpose()?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable(LockFileError::NotText))?;
    if let Some(signed) = signed {
        compare_release(location, &text, signed)?;
    }
    let digest = Sha256::of(text.as_bytes()).into();
    Ok((Lock::parse(&text, base).map_err(unreadable)?, digest))
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
    let fetched = context.network.connection().fetch(&Request::new(url).compressed(), Lock::LONGEST);
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
