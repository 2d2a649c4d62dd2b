//! Properties of keys and signatures.

use super::{PublicKey, Signature, StoredKey, verify};
use crate::property::{Check, Property, Seeds};

/// A key of `minisign` 0.11, and the signature of [`SIGNED`] by it.
pub(super) const KEY: &str = "RWTN4q8fbhmT3rGxS1LFoZjmSjABb9fx2TocTu2SnkD1+xn4JFkQx3MK";
pub(super) const SIGNED: &[u8] = b"lock";
pub(super) const PREHASHED: &str = "untrusted comment: signature from minisign secret key
RUTN4q8fbhmT3jEQhYfrdZWKA6y0XeroUO6pRK+XBKPvOA2psugH+olQWvIBFtJr8LjGlc419c6YOPdVK6HAEBT9bJv4aCnC0gE=
trusted comment: kingbolt-release:1 name:hello version:1.0 sequence:3
TZTndP9MBztInwyW8IQMzlyHZaIjUA+iUDb0HkWKLn6jyARA2ZMGQl+lVfRBd6oEi4PbiRgRsF2sARxOQSHeDg==
";
pub(super) const LEGACY: &str = "untrusted comment: signature from minisign secret key
RWTN4q8fbhmT3nUKIXcKTbm3olNvgZGTDwzwauebb4maAx8tTSAFa2pKStPHe1Y1+Rw46St5kAeFK5rzQpVTibspGm7llSBctAQ=
trusted comment: kingbolt-release:1 name:hello version:1.0 sequence:3
dXLie5ZXse4ZknAYIdgKvmc8jCYl/UwB3kL7TOo6VVR8qFMiTwoRyqhjHH2u/13+fJRmlRNc6EOICk0Q8jfECA==
";

/// A file with a signature: only those that a person with the key wrote are accepted.
pub const SIGNATURE: Property =
    Property { seeds: Seeds::Texts(&[PREHASHED, LEGACY]), holds: Check::Bytes(only_what_was_signed_is_accepted) };

/// A file with a key: public ones are written as they are read, and none is both public and secret.
pub const KEYS: Property = Property {
    seeds: Seeds::Texts(&[
        KEY,
        "untrusted comment: minisign public key DE93196E1FAFE2CD\nRWTN4q8fbhmT3rGxS1LFoZjmSjABb9fx2TocTu2SnkD1+xn4JFkQx3MK\n",
    ]),
    holds: Check::Text(keys_are_read_as_they_are_written),
};

fn only_what_was_signed_is_accepted(input: &[u8]) {
    let Ok(key) = PublicKey::parse(KEY) else { unreachable!("it is a key") };
    let Ok(signature) = Signature::parse(input) else { return };
    if verify(SIGNED, &signature, &key).is_ok() {
        let lines = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        let given = lines(&String::from_utf8_lossy(input));
        assert!([PREHASHED, LEGACY].iter().any(|signed| lines(signed) == given), "{given:?}");
    }
}

fn keys_are_read_as_they_are_written(text: &str) {
    if let Ok(key) = PublicKey::parse(text) {
        assert_eq!(PublicKey::parse(&key.to_string()), Ok(key));
        assert!(StoredKey::parse(text).is_err());
    }
}

#[test]
fn keys_and_signatures_hold_what_they_promise() {
    KEYS.try_out(500);
    SIGNATURE.try_out(500);
}
