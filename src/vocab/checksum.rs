//! Digests computed while bytes pass by.

use sha2::Digest as _;

use super::{Algorithm, Digest, Digests, Sha256};

/// Computes the digests that are stated of some bytes, and compares.
#[derive(Clone, Debug)]
pub struct Checksum(Vec<(Digest, Lane)>);

/// Bytes that are not the stated ones.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct Mismatch {
    pub expected: Digest,
    pub found: Digest,
}

#[derive(Clone, Debug)]
enum Lane {
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
}

impl Checksum {
    /// Begins to check everything that is stated.
    pub fn of(stated: &Digests) -> Self {
        Self(stated.as_slice().iter().map(|digest| (digest.clone(), Lane::new(digest.algorithm()))).collect())
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for (_, lane) in &mut self.0 {
            match lane {
                Lane::Sha256(hasher) => hasher.update(bytes),
                Lane::Sha384(hasher) => hasher.update(bytes),
                Lane::Sha512(hasher) => hasher.update(bytes),
            }
        }
    }

    /// Compares, after the last bytes.
    ///
    /// # Errors
    /// With the first digest that is not the stated one.
    pub fn finish(self) -> Result<(), Mismatch> {
        for (expected, lane) in self.0 {
            let found = lane.finish();
            if found != expected {
                return Err(Mismatch { expected, found });
            }
        }
        Ok(())
    }
}

impl Lane {
    fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sha256 => Self::Sha256(sha2::Sha256::new()),
            Algorithm::Sha384 => Self::Sha384(sha2::Sha384::new()),
            Algorithm::Sha512 => Self::Sha512(sha2::Sha512::new()),
        }
    }

    fn finish(self) -> Digest {
        match self {
            Self::Sha256(hasher) => Digest::computed(Algorithm::Sha256, &hasher.finalize()),
            Self::Sha384(hasher) => Digest::computed(Algorithm::Sha384, &hasher.finalize()),
            Self::Sha512(hasher) => Digest::computed(Algorithm::Sha512, &hasher.finalize()),
        }
    }
}

impl Sha256 {
    /// The digest of bytes that are all at hand.
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const SHA384: &str =
        concat!("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163", "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");

    fn stated(algorithm: &str, hex: &str) -> Digest {
        Digest::parse(algorithm, hex).unwrap()
    }

    fn checked(digests: Vec<Digest>) -> Result<(), Mismatch> {
        let mut checksum = Checksum::of(&Digests::new(digests).unwrap());
        checksum.update(b"a");
        checksum.update(b"bc");
        checksum.finish()
    }

    #[test]
    fn every_stated_digest_is_compared() {
        let sha512 = Digest::computed(Algorithm::Sha512, &sha2::Sha512::digest("abc"));
        assert_eq!(checked(vec![stated("sha256", SHA256), stated("sha384", SHA384), sha512]), Ok(()));
        let wrong = stated("sha384", &SHA384.replace('c', "d"));
        assert_eq!(
            checked(vec![stated("sha256", SHA256), wrong.clone()]),
            Err(Mismatch { expected: wrong, found: stated("sha384", SHA384) })
        );
        assert_eq!(Sha256::of(b"abc").to_hex(), SHA256);
    }
}
