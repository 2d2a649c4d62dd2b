//! Short hashes of values: names that are equal when the content is.

use serde::Serialize;

use crate::vocab::Sha256;

/// Twelve hexadecimal digits that identify a value.
#[expect(clippy::expect_used, reason = "strings, numbers and lists of them always have a JSON form")]
pub(in crate::app) fn fingerprint(value: &impl Serialize) -> String {
    let text = serde_json::to_vec(value).expect("a value to identify is made of strings, numbers and lists of them");
    Sha256::of(&text).to_hex()[..12].to_owned()
}
