//! The hash of a file as RECORD writes it.

use std::fmt;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Serialize};

use crate::vocab::{Algorithm, Digest, Sha256};

/// A digest in RECORD's notation, `sha256=<URL-safe base64 without padding>`, which manifests use as well.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordHash(Digest);

/// Text that is not a hash of a secure algorithm.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a SHA-256, SHA-384 or SHA-512 hash in base64 or hexadecimal")]
pub struct InvalidRecordHash;

impl RecordHash {
    /// Parses RECORD's notation, with or without padding, and two others that released builders wrote: standard base64
    /// (`pantsbuild.pants`) and hexadecimal (`uv_build` before 0.8.13, old versions of flit). The length tells them apart.
    ///
    /// # Errors
    /// If the algorithm is not secure, or the hash has a wrong length or alphabet.
    pub fn parse(text: &str) -> Result<Self, InvalidRecordHash> {
        let (name, hash) = text.trim_end_matches('=').split_once('=').ok_or(InvalidRecordHash)?;
        let algorithm = Algorithm::parse(name).ok_or(InvalidRecordHash)?;
        let bytes = if hash.len() == 2 * algorithm.length() {
            HEXLOWER_PERMISSIVE.decode(hash.as_bytes())
        } else {
            BASE64URL_NOPAD.decode(hash.replace('+', "-").replace('/', "_").as_bytes())
        };
        let bytes = bytes.map_err(|_| InvalidRecordHash)?;
        Digest::from_bytes(algorithm, bytes).map(Self).ok_or(InvalidRecordHash)
    }

    /// The SHA-256 of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::of(bytes).into())
    }

    /// The digest.
    pub fn digest(&self) -> &Digest {
        &self.0
    }

    /// The algorithm of the digest.
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm()
    }
}

impl From<Digest> for RecordHash {
    fn from(digest: Digest) -> Self {
        Self(digest)
    }
}

impl TryFrom<String> for RecordHash {
    type Error = InvalidRecordHash;

    fn try_from(text: String) -> Result<Self, InvalidRecordHash> {
        Self::parse(&text)
    }
}

impl From<RecordHash> for String {
    fn from(hash: RecordHash) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for RecordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.0.algorithm().name(), BASE64URL_NOPAD.encode_display(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::Hasher;

    #[test]
    fn hashes_are_written_as_record_writes_them() {
        assert_eq!(RecordHash::of(b"").to_string(), "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
        let mut hasher = Hasher::new(Algorithm::Sha512);
        hasher.update(b"abc");
        assert_eq!(
            RecordHash::from(hasher.finish()).to_string(),
            "sha512=3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05ohkpkqJ0_BqDa6PCOj_uu9RU1EI2Q86A4qmslPpUyknw"
        );
    }

    #[test]
    fn padding_and_case_of_the_algorithm_do_not_matter() {
        let text = "SHA256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(RecordHash::parse(text), Ok(RecordHash::of(b"")));
    }

    #[test]
    fn a_hash_in_another_notation_is_the_same_hash() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let standard = "sha256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
        for text in
            [standard, &format!("{standard}="), &format!("sha256={hex}"), &format!("sha256={}", hex.to_uppercase())]
        {
            assert_eq!(RecordHash::parse(text), Ok(RecordHash::of(b"")), "{text}");
        }
    }

    #[test]
    fn weak_and_misshapen_hashes_are_refused() {
        for text in [
            "",
            "sha256",
            "sha256=",
            "md5=1B2M2Y8AsgTpgAmY7PhCfg",
            "sha256=47DEQpj8HBSa.,TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
            "sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85",
            "sha512=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "sha256=g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ] {
            assert_eq!(RecordHash::parse(text), Err(InvalidRecordHash), "{text}");
        }
    }
}
