//! The digests of a file while it is downloaded: SHA-256, which the store needs, and every stated one.

use sha2::Digest as _;

use crate::vocab::{Algorithm, Checksum, Digest, Digests, Mismatch, Sha256};

/// The digests of the bytes so far.
#[derive(Clone, Debug)]
pub(super) struct Fingerprint {
    sha256: sha2::Sha256,
    stated_sha256: Vec<Digest>,
    others: Option<Checksum>,
}

impl Fingerprint {
    pub(super) fn new(stated: Option<&Digests>) -> Self {
        let stated = stated.map(Digests::as_slice).unwrap_or_default().iter().cloned();
        let (stated_sha256, others) = stated.partition(|digest| digest.algorithm() == Algorithm::Sha256);
        let others = Digests::new(others).map(|others| Checksum::of(&others));
        Self { sha256: sha2::Sha256::new(), stated_sha256, others }
    }

    /// Adds the next bytes.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.sha256.update(bytes);
        if let Some(others) = &mut self.others {
            others.update(bytes);
        }
    }

    /// Compares with all stated digests. More bytes may follow.
    pub(super) fn check(&self) -> Result<Sha256, Mismatch> {
        let sha256 = Sha256(self.sha256.clone().finalize().into());
        let found = Digest::from(sha256);
        if let Some(expected) = self.stated_sha256.iter().find(|expected| **expected != found) {
            return Err(Mismatch { expected: expected.clone(), found });
        }
        if let Some(others) = &self.others {
            others.clone().finish()?;
        }
        Ok(sha256)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(stated: &[&str]) -> Result<Sha256, Mismatch> {
        let stated = Digests::new(stated.iter().map(|digest| digest.parse().unwrap()).collect());
        let mut fingerprint = Fingerprint::new(stated.as_ref());
        fingerprint.update(b"a");
        fingerprint.update(b"bc");
        fingerprint.check()
    }

    #[test]
    fn sha256_is_known_whatever_is_stated_and_everything_stated_is_compared() {
        let sha256 = Sha256::of(b"abc");
        let right = Digest::from(sha256).to_string();
        let sha384 = |bytes| Digest::computed(Algorithm::Sha384, &sha2::Sha384::digest(bytes)).to_string();
        let (sha384, wrong) = (sha384(b"abc"), sha384(b"abd"));
        let other = Digest::from(Sha256::of(b"abd")).to_string();
        for stated in [vec![], vec![right.as_str()], vec![&sha384], vec![&sha384, &right]] {
            assert_eq!(checked(&stated), Ok(sha256));
        }
        for stated in [vec![right.as_str(), &wrong], vec![&other], vec![&right, &other]] {
            assert!(checked(&stated).is_err(), "{stated:?}");
        }
    }
}
