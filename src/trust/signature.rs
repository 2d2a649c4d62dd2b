//! Signature files (`.minisig`).

use minisign::SignatureBox;

use super::KeyId;

/// A signature of `minisign`, with its trusted comment. Nothing about it is verified yet.
#[derive(Clone)]
pub struct Signature(SignatureBox);

/// Text that is not a signature as `minisign` writes them.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("it is not a signature of minisign")]
pub struct InvalidSignature;

/// The number of base64 digits of a signature by Ed25519.
const GLOBAL_SIGNATURE: usize = 88;

impl Signature {
    /// Parses the content of a file. Lines may end as on Windows.
    ///
    /// # Errors
    /// For anything that `minisign` would not write: more lines, spaces, or bits of base64 that mean nothing.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidSignature> {
        let text = str::from_utf8(bytes).map_err(|_| InvalidSignature)?.replace("\r\n", "\n");
        let global = text.lines().nth(3).map(str::len);
        if global != Some(GLOBAL_SIGNATURE) {
            return Err(InvalidSignature);
        }
        let parsed = SignatureBox::from_string(&text).map_err(|_| InvalidSignature)?;
        // The signature does not cover text that its parser skips.
        if parsed.to_string() == text { Ok(Self(parsed)) } else { Err(InvalidSignature) }
    }

    /// The key that the signature claims to be made with.
    pub fn key_id(&self) -> KeyId {
        KeyId::of(self.0.keynum())
    }

    pub(super) fn as_minisign(&self) -> &SignatureBox {
        &self.0
    }
}
