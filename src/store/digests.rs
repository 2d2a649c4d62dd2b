//! The digests of an archive that nobody hashed yet.

use sha2::digest::{Digest as _, DynDigest};

use crate::host::{FileError, Host, RandomFile};
use crate::vocab::{Algorithm, Digest, Digests, Sha256};

use super::StoreError;

/// What is read and hashed at a time.
const CHUNK: u64 = 1 << 20;

/// The file's SHA-256, after every stated digest was found right.
pub(super) fn verified(host: &Host, file: &RandomFile, stated: Option<&Digests>) -> Result<Sha256, StoreError> {
    let stated = stated.map(Digests::as_slice).unwrap_or_default();
    let mut sha256 = sha2::Sha256::new();
    let mut others: Vec<(&Digest, Box<dyn DynDigest>)> = stated.iter().filter_map(wider).collect();
    let mut buffer = vec![0; usize::try_from(file.size().min(CHUNK)).unwrap_or_default()];
    let mut position = 0;
    while position < file.size() {
        host.interrupt.check()?;
        let size = usize::try_from(file.size() - position).unwrap_or(usize::MAX).min(buffer.len());
        let chunk = &mut buffer[..size];
        let failed = |source| FileError { act: "read", path: file.path().to_owned(), source };
        file.read_exact_at(chunk, position).map_err(failed)?;
        sha2::Digest::update(&mut sha256, &*chunk);
        for (_, state) in &mut others {
            state.update(chunk);
        }
        position += size as u64;
    }
    let sha256 = Sha256(sha256.finalize().into());
    for digest in stated.iter().filter(|digest| digest.algorithm() == Algorithm::Sha256) {
        compare(file, digest, Some(sha256.into()))?;
    }
    for (digest, state) in others {
        let hex: String = state.finalize().iter().flat_map(|byte| [byte >> 4, byte & 15]).map(hex_digit).collect();
        compare(file, digest, Digest::parse(digest.algorithm().name(), &hex).ok())?;
    }
    Ok(sha256)
}

/// A state for every digest that is not a SHA-256, which is computed in any case.
fn wider(digest: &Digest) -> Option<(&Digest, Box<dyn DynDigest>)> {
    match digest.algorithm() {
        Algorithm::Sha256 => None,
        Algorithm::Sha384 => Some((digest, Box::new(sha2::Sha384::new()))),
        Algorithm::Sha512 => Some((digest, Box::new(sha2::Sha512::new()))),
    }
}

fn compare(file: &RandomFile, stated: &Digest, found: Option<Digest>) -> Result<(), StoreError> {
    match found {
        Some(found) if found != *stated => {
            Err(StoreError::Digest { archive: file.path().to_owned(), stated: stated.clone(), found })
        }
        Some(_) | None => Ok(()),
    }
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(nibble.into(), 16).unwrap_or('0')
}
