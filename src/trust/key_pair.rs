//! New keys.

use std::fmt;

use super::key_text::COMMENT;
use super::public_key::PublicKey;

/// A new pair of keys, as the content of two files.
pub struct KeyPair {
    pub public: PublicKey,
    /// The content of the file with the public key.
    pub public_file: String,
    /// The content of the file with the secret key.
    pub secret_file: String,
}

/// The purpose of a key. Keys for both have the same form; their comments name the purpose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyRole {
    /// Kept offline, to replace a working key that was lost or stolen.
    Recovery,
    /// Signs releases.
    Working,
}

/// A pair of keys could not be made.
#[derive(Debug, thiserror::Error)]
#[error("failed to make a pair of keys")]
pub struct KeyPairError {
    source: minisign::PError,
}

impl KeyPair {
    /// Makes a pair of keys from random numbers of the system. A password protects the secret one, with scrypt.
    pub fn generate(role: KeyRole, password: Option<String>) -> Result<Self, KeyPairError> {
        let failed = |source| KeyPairError { source };
        let (pair, protected) = match password {
            Some(password) => (minisign::KeyPair::generate_encrypted_keypair(Some(password)), "encrypted "),
            None => (minisign::KeyPair::generate_unencrypted_keypair(), ""),
        };
        let minisign::KeyPair { pk, sk } = pair.map_err(failed)?;
        let public = PublicKey::of(pk);
        let id = public.id();
        let public_file = format!("{COMMENT}minisign public key {id}, {role} key\n{public}\n");
        let secret = sk.to_box(Some(&format!("minisign {protected}secret key {id}, {role} key"))).map_err(failed)?;
        Ok(Self { public, public_file, secret_file: secret.into_string() })
    }
}

impl fmt::Display for KeyRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Recovery => "recovery",
            Self::Working => "working",
        })
    }
}
