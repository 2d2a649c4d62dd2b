//! Verifies signatures of releases.

use std::io::Cursor;

use crate::vocab::Release;

use super::release_comment::{parse_release_comment, release_comment};
use super::{InvalidSignature, KeyId, PublicKey, SecretKey, Signature, SigningError};

/// A signature that does not vouch for the bytes of a release.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RejectedSignature {
    #[error("its trusted comment was changed, or belongs to another signature")]
    Comment,
    #[error("its trusted comment `{comment}` is not that of a release")]
    ForeignComment { comment: String },
    #[error(transparent)]
    Invalid(#[from] InvalidSignature),
    #[error("it is a signature of another file, or one of them was changed")]
    OtherFile,
    #[error("it was made with the key {found}, not with {expected}")]
    OtherKey { found: KeyId, expected: KeyId },
}

/// The message of `minisign` for a comment that the signature does not cover: its errors have no kind of their own for it.
const COMMENT_FAILED: &str = "Comment signature verification failed";

/// Verifies the signature of the bytes of a lock, and gives the release that the signature names. Prehashed (`ED`) and
/// legacy (`Ed`) signatures are accepted.
pub fn verify(bytes: &[u8], signature: &Signature, key: &PublicKey) -> Result<Release, RejectedSignature> {
    let (found, expected) = (signature.key_id(), key.id());
    if found != expected {
        return Err(RejectedSignature::OtherKey { found, expected });
    }
    let signature = signature.as_minisign();
    minisign::verify(key.as_minisign(), signature, Cursor::new(bytes), true, false, true).map_err(|error| {
        if error.to_string() == COMMENT_FAILED { RejectedSignature::Comment } else { RejectedSignature::OtherFile }
    })?;
    let comment = signature.trusted_comment().map_err(|_| InvalidSignature)?;
    parse_release_comment(&comment).ok_or(RejectedSignature::ForeignComment { comment })
}

/// Signs the bytes of the lock of a release, and gives the content of the `.minisig` file.
pub fn sign(bytes: &[u8], release: &Release, key: &SecretKey) -> Result<String, SigningError> {
    key.sign(bytes, &release_comment(release))
}
