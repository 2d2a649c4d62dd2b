//! Secret keys. No text of theirs appears in an error or in the form for debugging.

use std::fmt;

use data_encoding::BASE64;

use super::key_text::{PLAIN, PROTECTED, key_line};
use super::{KeyId, PublicKey};

/// A secret key that can sign.
pub struct SecretKey(minisign::SecretKey);

/// A secret key as it is stored.
#[derive(Debug)]
pub enum StoredKey {
    Plain(SecretKey),
    Protected(ProtectedKey),
}

/// A secret key that a password protects.
pub struct ProtectedKey(String);

/// Text that is not a secret key, or a password that does not open it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidSecretKey {
    #[error("it is damaged")]
    Damaged,
    /// Its parameters for scrypt ask for more than any version of `minisign` does.
    #[error("its password is derived in a way that takes too much time or memory")]
    Expensive,
    #[error("it is not a secret key of minisign")]
    Malformed,
    #[error("it is a public key")]
    Public,
    #[error("the password is wrong")]
    WrongPassword,
}

/// A signature could not be made.
#[derive(Debug, thiserror::Error)]
#[error("failed to sign")]
pub struct SigningError {
    source: minisign::PError,
}

/// The bytes of a secret key: algorithms, salt, two limits, identifier, key pair and checksum.
const LENGTH: usize = 6 + 32 + 8 + 8 + 8 + 64 + 32;

/// The place of the limit on operations, and the highest one: that of `minisign` itself.
const OPERATIONS: std::ops::Range<usize> = 38..46;
const MOST_OPERATIONS: u64 = 33_554_432;

/// The place of the checksum.
const CHECKSUM: std::ops::RangeFrom<usize> = LENGTH - 32..;

impl StoredKey {
    /// Parses a key: the content of a file with an untrusted comment and a key, or the key alone.
    pub fn parse(text: &str) -> Result<Self, InvalidSecretKey> {
        let line = key_line(text).ok_or(InvalidSecretKey::Malformed)?;
        if PublicKey::parse(line).is_ok() {
            return Err(InvalidSecretKey::Public);
        }
        let bytes = BASE64.decode(line.as_bytes()).map_err(|_| InvalidSecretKey::Malformed)?;
        if bytes.len() != LENGTH {
            return Err(InvalidSecretKey::Malformed);
        }
        if bytes.starts_with(PROTECTED) {
            let operations = bytes[OPERATIONS].iter().rev().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
            if operations > MOST_OPERATIONS {
                return Err(InvalidSecretKey::Expensive);
            }
            return Ok(Self::Protected(ProtectedKey(line.to_owned())));
        }
        if !bytes.starts_with(PLAIN) {
            return Err(InvalidSecretKey::Malformed);
        }
        // `minisign` before version 0.12 leaves the checksum of a key without a password empty.
        let key = if bytes[CHECKSUM].iter().all(|byte| *byte == 0) {
            minisign::SecretKey::from_bytes(&bytes)
        } else {
            minisign::SecretKey::from_unencrypted_box(key_file(line).into())
        };
        key.map(SecretKey).map(Self::Plain).map_err(|_| InvalidSecretKey::Damaged)
    }
}

impl ProtectedKey {
    /// Opens the key. Takes up to a second, or several for keys of `minisign` itself, which also take 1 GiB of memory.
    pub fn unlock(self, password: String) -> Result<SecretKey, InvalidSecretKey> {
        let key = minisign::SecretKey::from_box(key_file(&self.0).into(), Some(password));
        key.map(SecretKey).map_err(|error| match error.kind() {
            minisign::ErrorKind::KDF => InvalidSecretKey::Expensive,
            minisign::ErrorKind::Verify => InvalidSecretKey::WrongPassword,
            _ => InvalidSecretKey::Malformed,
        })
    }
}

impl SecretKey {
    pub fn id(&self) -> KeyId {
        KeyId::of(self.0.keynum())
    }

    /// Signs bytes together with a trusted comment of one line, and gives the content of the `.minisig` file.
    pub(super) fn sign(&self, bytes: &[u8], trusted_comment: &str) -> Result<String, SigningError> {
        let failed = |source| SigningError { source };
        // With the public key, the signature is verified at once: a damaged key signs nothing.
        let public = minisign::PublicKey::from_secret_key(&self.0).map_err(failed)?;
        let untrusted = format!("signature by the key {}", self.id());
        let signed = minisign::sign(Some(&public), &self.0, bytes, Some(trusted_comment), Some(&untrusted));
        Ok(signed.map_err(failed)?.into_string())
    }
}

/// The derived form would show the key.
impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.id())
    }
}

impl fmt::Debug for ProtectedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProtectedKey")
    }
}

/// The content of a file with a key.
fn key_file(line: &str) -> String {
    format!("untrusted comment: key\n{line}\n")
}
