//! Short hashes of values: names that are equal when the content is.

use serde::Serialize;

use crate::vocab::Sha256;

/// Twelve hexadecimal digits that stand for a value.
pub(in crate::app) fn fingerprint(value: &impl Serialize) -> String {
    // Every value that comes here is made of strings, numbers and lists of them: it always has a JSON form.
    let text = serde_json::to_vec(value).unwrap_or_default();
    Sha256::of(&text).to_hex()[..12].to_owned()
}
