//! Makes keys.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::ReleaseError;
use crate::host::{Host, PRIVATE, SHARED};
use crate::trust::{KeyPair, KeyRole, PublicKey};

/// The files of a pair of keys that do not exist yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KeyFiles {
    pub public: PathBuf,
    pub secret: PathBuf,
}

impl KeyFiles {
    /// The files `STEM.pub` and `STEM.key`.
    ///
    /// # Errors
    /// If there is anything at one of the paths.
    pub fn new(host: &Host, stem: &Path) -> Result<Self, ReleaseError> {
        let with = |extension: &str| {
            let mut path = OsString::from(stem);
            path.push(extension);
            PathBuf::from(path)
        };
        let files = Self { public: with(".pub"), secret: with(".key") };
        for path in [&files.secret, &files.public] {
            if host.files.kind(path)?.is_some() {
                return Err(ReleaseError::KeyExists { path: path.clone() });
            }
        }
        Ok(files)
    }
}

/// Makes a pair of keys and writes it. Only the user can read the secret one. No file is replaced.
pub fn keygen(
    host: &Host,
    files: &KeyFiles,
    role: KeyRole,
    password: Option<String>,
) -> Result<PublicKey, ReleaseError> {
    let pair = KeyPair::generate(role, password)?;
    host.files.write_new(&files.secret, pair.secret_file.as_bytes(), PRIVATE)?;
    if let Err(error) = host.files.write_new(&files.public, pair.public_file.as_bytes(), SHARED) {
        // Nothing was signed with it, and the next try needs its name. The first error is the one to report.
        let _ = host.files.remove_file(&files.secret);
        return Err(error.into());
    }
    host.files.sync_file(&files.secret)?;
    host.files.sync_file(&files.public)?;
    Ok(pair.public)
}
