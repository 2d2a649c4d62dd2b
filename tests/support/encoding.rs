//! Hashes and encodings that wheels and servers need.

use std::fmt::Write;

use sha2::{Digest, Sha256};

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The hash of a RECORD line: `sha256=` and URL-safe base64 without padding.
pub(crate) fn record_hash(bytes: &[u8]) -> String {
    format!("sha256={}", base64(&Sha256::digest(bytes), URL_SAFE).trim_end_matches('='))
}

/// What a client sends that logs in with HTTP's basic authentication.
pub(crate) fn basic_credentials(user: &str, password: &str) -> String {
    format!("Basic {}", base64(format!("{user}:{password}").as_bytes(), STANDARD))
}

fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| (group << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for position in 0..4 {
            let sextet = (group >> (18 - 6 * position)) as usize & 63;
            text.push(if position <= chunk.len() { char::from(alphabet[sextet]) } else { '=' });
        }
    }
    text
}

#[test]
fn encodings_are_what_everybody_else_writes() {
    assert_eq!(basic_credentials("user", "secret"), "Basic dXNlcjpzZWNyZXQ=");
    assert_eq!(base64(b"fo", STANDARD), "Zm8=");
    assert_eq!(base64(b"f", STANDARD), "Zg==");
    assert_eq!(record_hash(b""), "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
}
