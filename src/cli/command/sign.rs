//! `kingbolt release sign`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::args::SignArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::settings::absolute;
use crate::release::sign;

use super::secret_key::secret_key;
use super::shown::shown_path;

#[derive(Serialize)]
struct Content {
    name: String,
    version: String,
    sequence: u64,
    key_id: String,
    signature_file: PathBuf,
}

/// Signs a lock.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &SignArguments) -> Result<Exit, CliError> {
    let host = invocation.host;
    let path = |path: &Path| absolute(&host.environment, path);
    let key = secret_key(invocation, arguments.secret_key.as_deref())?;
    let signed = sign(host, &path(&arguments.lock), &key)?;
    let file = shown_path(host, &signed.signature);
    invocation.say(&format!("Signed {} with the key {}: {file}", signed.release, signed.key));
    invocation.document(
        "release sign",
        Content {
            name: signed.release.name.to_string(),
            version: signed.release.version.to_string(),
            sequence: signed.release.sequence,
            key_id: signed.key.to_string(),
            signature_file: signed.signature,
        },
    )?;
    Ok(Exit::Done)
}
