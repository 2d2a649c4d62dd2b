//! Computes digests. Nothing else in Kingbolt hashes.

use std::fmt;

use ring::digest::{Context, SHA256, SHA384, SHA512};

use super::{Algorithm, Digest, Sha256};

/// Hashes bytes as they arrive.
#[derive(Clone)]
pub struct Hasher {
    algorithm: Algorithm,
    context: Context,
}

impl Hasher {
    /// Starts with no bytes.
    pub fn new(algorithm: Algorithm) -> Self {
        let context = Context::new(match algorithm {
            Algorithm::Sha256 => &SHA256,
            Algorithm::Sha384 => &SHA384,
            Algorithm::Sha512 => &SHA512,
        });
        Self { algorithm, context }
    }

    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.context.update(bytes);
    }

    /// The digest of all bytes so far.
    pub fn finish(self) -> Digest {
        Digest::computed(self.algorithm, self.context.finish().as_ref())
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hasher").field(&self.algorithm).finish()
    }
}

impl Sha256 {
    /// The SHA-256 of bytes that are all in memory.
    pub fn of(bytes: &[u8]) -> Self {
        let mut sha256 = Self([0; 32]);
        sha256.0.copy_from_slice(ring::digest::digest(&SHA256, bytes).as_ref());
        sha256
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use sha2::Digest as _;

    use super::*;

    #[test]
    fn every_algorithm_gives_what_another_implementation_gives() {
        for length in [0, 1, 63, 64, 65, 127, 128, 129, 1000] {
            let bytes: Vec<u8> = (0..length).map(|index: u32| index.to_le_bytes()[0]).collect();
            let hex = |algorithm| {
                let mut hasher = Hasher::new(algorithm);
                bytes.chunks(50).for_each(|chunk| hasher.update(chunk));
                hasher.finish().to_hex()
            };
            assert_eq!(hex(Algorithm::Sha256), HEXLOWER.encode(&sha2::Sha256::digest(&bytes)), "{length}");
            assert_eq!(hex(Algorithm::Sha384), HEXLOWER.encode(&sha2::Sha384::digest(&bytes)), "{length}");
            assert_eq!(hex(Algorithm::Sha512), HEXLOWER.encode(&sha2::Sha512::digest(&bytes)), "{length}");
            assert_eq!(Sha256::of(&bytes).to_hex(), hex(Algorithm::Sha256), "{length}");
        }
    }
}
