//! Signs the lock of a release.

use std::path::{Path, PathBuf};

use super::ReleaseError;
use crate::host::Host;
use crate::lock::{Lock, release_of};
use crate::trust::{KeyId, SecretKey, sign as signature_by, signature_path};
use crate::vocab::Release;

/// A lock with its signature beside it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignedLock {
    pub release: Release,
    pub key: KeyId,
    pub signature: PathBuf,
}

/// Signs a lock, and writes the signature beside it, in the place of an earlier one.
///
/// # Errors
/// If it is no valid lock, or does not name its release.
pub fn sign(host: &Host, lock: &Path, key: &SecretKey) -> Result<SignedLock, ReleaseError> {
    let text = host.files.read_text_at_most(lock, Lock::LONGEST)?;
    let directory = lock.parent().unwrap_or(Path::new("."));
    Lock::parse(&text, directory).map_err(|source| ReleaseError::Lock { lock: lock.to_owned(), source })?;
    let release = release_of(&text).map_err(|source| ReleaseError::NotARelease { lock: lock.to_owned(), source })?;
    let signed = signature_by(text.as_bytes(), &release, key)
        .map_err(|source| ReleaseError::Signing { lock: lock.to_owned(), source })?;
    let signature = signature_path(lock);
    host.files.write_atomic(&signature, signed.as_bytes())?;
    Ok(SignedLock { release, key: key.id(), signature })
}
