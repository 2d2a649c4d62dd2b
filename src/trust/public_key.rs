//! Public keys.

use std::fmt;

use super::KeyId;
use super::key_text::{is_secret, key_line};

/// A public key of `minisign`, for Ed25519.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey(minisign::PublicKey);

/// Text that is not a public key. Never quotes it: it may be a secret key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidPublicKey {
    #[error("it is not a public key of minisign")]
    Malformed,
    #[error("it is a secret key; keep it to yourself")]
    Secret,
}

/// The first bytes of a key for Ed25519.
const ALGORITHM: &[u8] = b"Ed";

impl PublicKey {
    /// Parses a key: the content of a file with an untrusted comment and a key, or the key alone.
    ///
    /// # Errors
    /// For anything that `minisign` would not write.
    pub fn parse(text: &str) -> Result<Self, InvalidPublicKey> {
        let line = key_line(text).ok_or(InvalidPublicKey::Malformed)?;
        if is_secret(line) {
            return Err(InvalidPublicKey::Secret);
        }
        let key = minisign::PublicKey::from_base64(line).map_err(|_| InvalidPublicKey::Malformed)?;
        if !key.to_bytes().starts_with(ALGORITHM) || key.to_base64() != line {
            return Err(InvalidPublicKey::Malformed);
        }
        Ok(Self(key))
    }

    pub fn id(&self) -> KeyId {
        KeyId::of(self.0.keynum())
    }

    pub(super) fn of(key: minisign::PublicKey) -> Self {
        Self(key)
    }

    pub(super) fn as_minisign(&self) -> &minisign::PublicKey {
        &self.0
    }
}

/// The key in base64, without a comment.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_base64())
    }
}
