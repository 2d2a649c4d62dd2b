//! Hashes and encodings that wheels and servers need.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The hash of a RECORD line: `sha256=` and URL-safe base64 without padding.
pub(crate) fn record_hash(bytes: &[u8]) -> String {
    format!("sha256={}", BASE64URL_NOPAD.encode(&Sha256::digest(bytes)))
}

/// The header that logs in with HTTP's basic authentication.
pub(crate) fn basic_credentials(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{user}:{password}").as_bytes()))
}

#[test]
fn encodings_are_what_everybody_else_writes() {
    assert_eq!(basic_credentials("user", "secret"), "Basic dXNlcjpzZWNyZXQ=");
    assert_eq!(record_hash(b""), "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
}
