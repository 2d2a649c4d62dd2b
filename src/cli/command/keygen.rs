//! `kingbolt release keygen`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::args::KeygenArguments;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::invocation::Invocation;
use crate::cli::output::print_data;
use crate::cli::settings::{Format, absolute};
use crate::release::{KeyFiles, keygen};
use crate::trust::KeyRole;

use super::secret_key::new_password;
use super::shown::shown_path;

#[derive(Serialize)]
struct Content {
    role: String,
    key_id: String,
    public_key: String,
    public_key_file: PathBuf,
    secret_key_file: PathBuf,
}

/// Makes a pair of keys. Prints the public one on stdout.
pub(crate) fn run(invocation: &Invocation<'_>, arguments: &KeygenArguments) -> Result<Exit, CliError> {
    let (role, stem) =
        if arguments.recovery { (KeyRole::Recovery, "kingbolt-recovery") } else { (KeyRole::Working, "kingbolt") };
    let stem = arguments.out.as_deref().unwrap_or(Path::new(stem));
    let files = KeyFiles::new(invocation.host, &absolute(&invocation.host.environment, stem))?;
    let password = if arguments.no_password { None } else { Some(new_password(invocation)?) };
    let key = keygen(invocation.host, &files, role, password)?;
    let path = |path: &Path| shown_path(invocation.host, path);
    invocation.say(&format!("Made the {role} key {}", key.id()));
    invocation
        .say(&format!("  {}: the secret key; keep it to yourself, and a copy of it offline", path(&files.secret)));
    invocation.say(&format!("  {}: the public key, for everybody", path(&files.public)));
    if invocation.settings.format == Format::Text {
        print_data(&format!("{key}\n"))?;
    }
    invocation.document(
        "release keygen",
        Content {
            role: role.to_string(),
            key_id: key.id().to_string(),
            public_key: key.to_string(),
            public_key_file: files.public,
            secret_key_file: files.secret,
        },
    )?;
    Ok(Exit::Done)
}
