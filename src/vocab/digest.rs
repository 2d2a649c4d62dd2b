//! Digests of files, as stated by indexes (PEP 503, 691), locks (PEP 751) and RECORD.

use std::fmt;
use std::str::FromStr;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Serialize};

use super::string_conversions;

/// A hash algorithm that `hashlib` calls secure and that Kingbolt verifies.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Algorithm {
    Sha256,
    Sha384,
    Sha512,
}

/// A digest with its algorithm, written `sha256:<hex>`.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest {
    algorithm: Algorithm,
    bytes: Box<[u8]>,
}

/// All secure digests stated for one file. Never empty.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Digests(Vec<Digest>);

/// A SHA-256 digest, which identifies a wheel in the store.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Sha256(pub [u8; 32]);

/// Text that is not a digest, or a digest of an algorithm that is not secure.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a SHA-256, SHA-384 or SHA-512 digest")]
pub struct InvalidDigest {
    text: String,
}

impl Algorithm {
    /// Parses the algorithm's name in `hashlib`.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Sha384, Self::Sha512].into_iter().find(|one| one.name().eq_ignore_ascii_case(name))
    }

    /// The algorithm's name in `hashlib`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// The length of a digest in bytes.
    pub fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

impl Digest {
    /// Parses a hexadecimal digest of a named algorithm.
    ///
    /// # Errors
    /// If the algorithm is not supported, or the text has a wrong length or alphabet.
    pub fn parse(algorithm: &str, hex: &str) -> Result<Self, InvalidDigest> {
        let invalid = || InvalidDigest { text: format!("{algorithm}:{hex}") };
        let algorithm = Algorithm::parse(algorithm).ok_or_else(invalid)?;
        let bytes = HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).map_err(|_| invalid())?;
        Self::from_bytes(algorithm, bytes).ok_or_else(invalid)
    }

    /// A digest that was just computed.
    pub(super) fn computed(algorithm: Algorithm, bytes: &[u8]) -> Self {
        Self { algorithm, bytes: bytes.into() }
    }

    /// A digest in binary form; `None` if it has another length than the algorithm's.
    pub fn from_bytes(algorithm: Algorithm, bytes: impl Into<Box<[u8]>>) -> Option<Self> {
        let bytes = bytes.into();
        (bytes.len() == algorithm.length()).then_some(Self { algorithm, bytes })
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The digest in binary form.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The digest in lowercase hexadecimal.
    pub fn to_hex(&self) -> String {
        HEXLOWER.encode(&self.bytes)
    }

    /// The digest as a SHA-256; `None` if it is of another algorithm.
    pub fn sha256(&self) -> Option<Sha256> {
        self.bytes[..].try_into().ok().map(Sha256)
    }
}

impl Digests {
    /// Sorts the stated digests; `None` if there are none.
    pub fn new(mut digests: Vec<Digest>) -> Option<Self> {
        digests.sort();
        digests.dedup();
        (!digests.is_empty()).then_some(Self(digests))
    }

    /// The digests, at least one, weakest algorithm first.
    pub fn as_slice(&self) -> &[Digest] {
        &self.0
    }

    /// The SHA-256 among them.
    pub fn sha256(&self) -> Option<Sha256> {
        self.0.iter().find_map(Digest::sha256)
    }
}

impl Sha256 {
    /// Parses 64 hexadecimal digits.
    pub fn from_hex(hex: &str) -> Option<Self> {
        HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// The digest as 64 lowercase hexadecimal digits.
    pub fn to_hex(self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

impl From<Sha256> for Digest {
    fn from(sha256: Sha256) -> Self {
        Self { algorithm: Algorithm::Sha256, bytes: sha256.0.into() }
    }
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let (algorithm, hex) = text.split_once(':').ok_or_else(|| InvalidDigest { text: text.to_owned() })?;
        Self::parse(algorithm, hex)
    }
}

string_conversions!(Digest);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), self.to_hex())
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sha256({self})")
    }
}
