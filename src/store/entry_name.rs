//! Names in the directory of the store.

use crate::vocab::Sha256;

/// The number of hexadecimal digits of the digest in an entry's name: 128 bits, and short enough for paths on Windows.
const NAME_DIGITS: usize = 32;

/// The lock of the whole store.
pub(super) const LOCK: &str = ".lock";

/// The directory of the locks of entries.
pub(super) const LOCKS: &str = ".locks";

pub(super) fn entry_name(sha256: Sha256) -> String {
    let mut name = sha256.to_hex();
    name.truncate(NAME_DIGITS);
    name
}

/// True if a name in the store's directory is that of an entry.
pub(super) fn is_entry_name(name: &str) -> bool {
    name.len() == NAME_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}
