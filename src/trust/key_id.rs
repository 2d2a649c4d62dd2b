//! The identifier of a key pair.

use std::fmt;

/// The identifier that both keys of a pair and their signatures carry. It is not derived from the key and proves nothing: it
/// tells which key to look for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct KeyId([u8; 8]);

impl KeyId {
    /// The identifier in a key or a signature of `minisign`, which always has eight bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut id = [0; 8];
        id.iter_mut().zip(bytes).for_each(|(byte, given)| *byte = *given);
        Self(id)
    }
}

/// As `minisign` shows it: a little-endian number, in hexadecimal.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", u64::from_le_bytes(self.0))
    }
}
