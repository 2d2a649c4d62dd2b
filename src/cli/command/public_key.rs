//! A public key, as an option names it.

use std::path::Path;

use crate::app::AppError;
use crate::cli::error::CliError;
use crate::cli::key_error::KeyError;
use crate::cli::settings::absolute;
use crate::host::Host;
use crate::trust::{InvalidPublicKey, PublicKey};

use super::secret_key::LONGEST;

/// The key that an option states, or that the file has which it names.
pub(super) fn public_key(host: &Host, text: &str) -> Result<PublicKey, CliError> {
    match PublicKey::parse(text) {
        Ok(key) => return Ok(key),
        Err(source @ InvalidPublicKey::Secret) => return Err(KeyError::PublicKey { file: None, source }.into()),
        Err(InvalidPublicKey::Malformed) => {}
    }
    let path = absolute(&host.environment, Path::new(text));
    let Some(bytes) = host.files.read_if_present_at_most(&path, LONGEST).map_err(AppError::from)? else {
        return Err(KeyError::NoPublicKey { path }.into());
    };
    let parsed = str::from_utf8(&bytes).map_err(|_| InvalidPublicKey::Malformed).and_then(PublicKey::parse);
    parsed.map_err(|source| KeyError::PublicKey { file: Some(path), source }.into())
}
