//! A file's hash as RECORD writes it.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::digest::Digest as _;

use crate::vocab::Algorithm;

/// `sha256=<URL-safe base64 without padding>`, or the same of SHA-384 or SHA-512. RECORD's own notation is kept: it is
/// what manifests store and what the RECORD of an environment repeats.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordHash {
    text: Box<str>,
    algorithm: Algorithm,
}

/// Text that is not a hash of a secure algorithm.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a SHA-256, SHA-384 or SHA-512 hash in base64")]
pub struct InvalidRecordHash;

/// Hashes a file's content.
#[derive(Clone, Debug)]
pub struct RecordHasher(State);

#[derive(Clone, Debug)]
enum State {
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
}

impl RecordHash {
    /// Checks the form; padding is allowed and dropped.
    ///
    /// # Errors
    /// When the algorithm is not secure or the hash has another length or alphabet.
    pub fn parse(text: &str) -> Result<Self, InvalidRecordHash> {
        let text = text.trim_end_matches('=');
        let (name, hash) = text.split_once('=').ok_or(InvalidRecordHash)?;
        let algorithm = Algorithm::parse(name).ok_or(InvalidRecordHash)?;
        let in_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if hash.len() != (algorithm.length() * 4).div_ceil(3) || !hash.bytes().all(in_alphabet) {
            return Err(InvalidRecordHash);
        }
        let text = if name == algorithm.name() { text.into() } else { format!("{}={hash}", algorithm.name()).into() };
        Ok(Self { text, algorithm })
    }

    /// The SHA-256 of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = RecordHasher::new(Algorithm::Sha256);
        hasher.update(bytes);
        hasher.finish()
    }

    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// As RECORD writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl RecordHasher {
    pub fn new(algorithm: Algorithm) -> Self {
        Self(match algorithm {
            Algorithm::Sha256 => State::Sha256(sha2::Sha256::new()),
            Algorithm::Sha384 => State::Sha384(sha2::Sha384::new()),
            Algorithm::Sha512 => State::Sha512(sha2::Sha512::new()),
        })
    }

    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sha256(state) => state.update(bytes),
            State::Sha384(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
        }
    }

    pub fn finish(self) -> RecordHash {
        let (algorithm, hash) = match self.0 {
            State::Sha256(state) => (Algorithm::Sha256, base64(&state.finalize())),
            State::Sha384(state) => (Algorithm::Sha384, base64(&state.finalize())),
            State::Sha512(state) => (Algorithm::Sha512, base64(&state.finalize())),
        };
        RecordHash { text: format!("{}={hash}", algorithm.name()).into(), algorithm }
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
        hash.text.into()
    }
}

impl fmt::Display for RecordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// URL-safe, without padding (RFC 4648, section 5).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::with_capacity((bytes.len() * 4).div_ceil(3));
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..=chunk.len() {
            let index = group >> (18 - 6 * digit) & 63;
            text.push(char::from(ALPHABET[index as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_written_as_record_writes_them() {
        assert_eq!(RecordHash::of(b"").as_str(), "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
        let mut hasher = RecordHasher::new(Algorithm::Sha512);
        hasher.update(b"abc");
        assert_eq!(
            hasher.finish().as_str(),
            "sha512=3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05ohkpkqJ0_BqDa6PCOj_uu9RU1EI2Q86A4qmslPpUyknw"
        );
    }

    #[test]
    fn padding_and_case_of_the_algorithm_do_not_matter() {
        let text = "SHA256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(RecordHash::parse(text), Ok(RecordHash::of(b"")));
    }

    #[test]
    fn weak_and_misshapen_hashes_are_refused() {
        for text in [
            "",
            "sha256",
            "sha256=",
            "md5=1B2M2Y8AsgTpgAmY7PhCfg",
            "sha256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        ] {
            assert_eq!(RecordHash::parse(text), Err(InvalidRecordHash), "{text}");
        }
    }
}
