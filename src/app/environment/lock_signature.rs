//! Verifies the signature of a lock, which lies beside it.

use std::io;

use crate::app::error::AppError;
use crate::app::state::OnlineContext;
use crate::host::{NetworkError, Request};
use crate::lock::release_of;
use crate::trust::{InvalidSignature, PublicKey, Signature, signature_path, signature_url, verify};
use crate::vocab::{Location, Release};

/// The most bytes of a signature: many times what it needs.
const LONGEST: u64 = 8 * 1024;

/// Verifies the bytes of a lock, before anything is read from them, and gives the release that the signature names.
///
/// # Errors
/// Without a signature too.
pub(super) fn verify_lock(
    context: &OnlineContext<'_>,
    lock: &Location,
    bytes: &[u8],
    key: &PublicKey,
) -> Result<Release, AppError> {
    let rejected = |source| AppError::RejectedSignature { lock: lock.clone(), source };
    let signature = Signature::parse(&signature_of(context, lock)?).map_err(|error| rejected(error.into()))?;
    verify(bytes, &signature, key).map_err(rejected)
}

/// Compares the release that a signature names with that of the lock.
pub(super) fn compare_release(lock: &Location, text: &str, signed: Release) -> Result<(), AppError> {
    let stated = release_of(text).map_err(|source| AppError::NotARelease { lock: lock.clone(), source })?;
    if stated == signed {
        return Ok(());
    }
    Err(AppError::OtherRelease { lock: lock.clone(), stated: Box::new(stated), signed: Box::new(signed) })
}

fn signature_of(context: &OnlineContext<'_>, lock: &Location) -> Result<Vec<u8>, AppError> {
    // Nothing that long is a signature.
    let too_long = || AppError::RejectedSignature { lock: lock.clone(), source: InvalidSignature.into() };
    let missing = |signature| AppError::MissingSignature { lock: lock.clone(), signature };
    match lock {
        Location::Path(path) => {
            let path = signature_path(path);
            match context.local.host.files.read_if_present_at_most(&path, LONGEST) {
                Ok(bytes) => bytes.ok_or_else(|| missing(Location::Path(path))),
                Err(error) if error.source.kind() == io::ErrorKind::FileTooLarge => Err(too_long()),
                Err(error) => Err(error.into()),
            }
        }
        Location::Url(address) => {
            // The lock was downloaded from there.
            let Ok(url) = address.to_url() else { return Err(missing(lock.clone())) };
            let url = signature_url(&url);
            match context.network.connection().fetch(&Request::new(&url), LONGEST) {
                Ok(fetched) => Ok(fetched.body),
                Err(NetworkError::Interrupted(interrupted)) => Err(interrupted.into()),
                Err(NetworkError::BodyTooLong { .. }) => Err(too_long()),
                Err(error) if error.is_not_found() => Err(missing(Location::Url(url.into()))),
                Err(source) => Err(AppError::SignatureDownload { source }),
            }
        }
    }
}
