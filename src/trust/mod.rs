//! Keys and signatures of releases, in the formats of minisign, and what a signature says about a release.
//! Pure: does not access the machine, except for its random numbers when a key or a signature is made.

mod key_id;
mod key_pair;
mod key_text;
mod place;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod public_key;
mod release_comment;
mod secret_key;
mod signature;
#[cfg(test)]
mod tests;
mod verify;

pub use key_id::KeyId;
pub use key_pair::{KeyPair, KeyPairError, KeyRole};
pub use place::{signature_path, signature_url};
pub use public_key::{InvalidPublicKey, PublicKey};
pub use secret_key::{InvalidSecretKey, ProtectedKey, SecretKey, SigningError, StoredKey};
pub use signature::{InvalidSignature, Signature};
pub use verify::{RejectedSignature, sign, verify};
