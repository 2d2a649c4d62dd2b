//! Compares bytes with their stated digests.

use super::{Algorithm, Digest, Digests, Hasher, Sha256};

/// Computes the SHA-256 of some bytes, which identifies a wheel in the store, and checks all digests stated for them.
#[derive(Clone, Debug)]
pub struct Checksum {
    stated: Vec<Digest>,
    /// One for SHA-256, and one for each other algorithm that is stated.
    hashers: Vec<Hasher>,
}

/// A digest that differs from the stated one.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct Mismatch {
    pub expected: Digest,
    pub found: Digest,
}

impl Checksum {
    /// Starts with no bytes.
    pub fn new(stated: Option<&Digests>) -> Self {
        let stated = stated.map(Digests::as_slice).unwrap_or_default().to_vec();
        let mut algorithms: Vec<Algorithm> = stated.iter().map(Digest::algorithm).collect();
        algorithms.push(Algorithm::Sha256);
        algorithms.sort_unstable();
        algorithms.dedup();
        Self { stated, hashers: algorithms.into_iter().map(Hasher::new).collect() }
    }

    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for hasher in &mut self.hashers {
            hasher.update(bytes);
        }
    }

    /// Compares the bytes so far with every stated digest, and returns their SHA-256.
    ///
    /// # Errors
    /// With the first digest that is not the stated one.
    ///
    /// # Panics
    /// Never: SHA-256 is always computed.
    #[expect(clippy::expect_used, reason = "`new` always adds a hasher for SHA-256")]
    pub fn check(&self) -> Result<Sha256, Mismatch> {
        let found: Vec<Digest> = self.hashers.iter().map(|hasher| hasher.clone().finish()).collect();
        for expected in &self.stated {
            let found = found.iter().find(|found| found.algorithm() == expected.algorithm());
            if let Some(found) = found.filter(|found| *found != expected) {
                return Err(Mismatch { expected: expected.clone(), found: found.clone() });
            }
        }
        Ok(found.iter().find_map(Digest::sha256).expect("SHA-256 is always among the hashers"))
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

    fn checked(stated: &[&Digest]) -> Result<Sha256, Mismatch> {
        let stated = Digests::new(stated.iter().copied().cloned().collect());
        let mut checksum = Checksum::new(stated.as_ref());
        checksum.update(b"a");
        checksum.update(b"bc");
        checksum.check()
    }

    #[test]
    fn every_stated_digest_is_compared() {
        let (sha256, sha384) = (stated("sha256", SHA256), stated("sha384", SHA384));
        let mut sha512 = Hasher::new(Algorithm::Sha512);
        sha512.update(b"abc");
        let sha512 = sha512.finish();
        let found = Ok(Sha256::of(b"abc"));
        for right in [vec![], vec![&sha256], vec![&sha384], vec![&sha256, &sha384, &sha512]] {
            assert_eq!(checked(&right), found, "{right:?}");
        }
        let wrong = stated("sha384", &SHA384.replace('c', "d"));
        let mismatch = Err(Mismatch { expected: wrong.clone(), found: sha384 });
        assert_eq!(checked(&[&sha256, &wrong]), mismatch);
        let other = Digest::from(Sha256::of(b"abd"));
        for stated in [vec![&other], vec![&sha256, &other]] {
            assert_eq!(checked(&stated), Err(Mismatch { expected: other.clone(), found: sha256.clone() }));
        }
    }
}
