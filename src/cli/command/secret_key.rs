//! The secret key of a maintainer, and its password. Neither is ever shown.

use std::io;
use std::path::Path;

use crate::app::AppError;
use crate::cli::error::CliError;
use crate::cli::invocation::Invocation;
use crate::cli::key_error::KeyError;
use crate::cli::settings::absolute;
use crate::host::Interrupted;
use crate::trust::{SecretKey, StoredKey};

use super::shown::shown_path;

const KEY: &str = "KINGBOLT_SIGN_KEY";
const PASSWORD: &str = "KINGBOLT_SIGN_PASSWORD";

/// The most bytes of a file with a key: many times what it needs.
pub(super) const LONGEST: u64 = 4096;

/// Reads the secret key: from a file, from standard input for `-`, or from the environment. Asks for its password if it has
/// one, and the environment does not.
pub(super) fn secret_key(invocation: &Invocation<'_>, option: Option<&Path>) -> Result<SecretKey, CliError> {
    let host = invocation.host;
    let (text, place) = match option {
        Some(path) if path == Path::new("-") => {
            let text = host.terminal.read_input(LONGEST).map_err(|source| KeyError::Input { source })?;
            (text, "standard input".to_owned())
        }
        Some(path) => {
            let path = absolute(&host.environment, path);
            let text = host.files.read_text_at_most(&path, LONGEST).map_err(AppError::from)?;
            (text, format!("`{}`", shown_path(host, &path)))
        }
        None => {
            let text = host.environment.var(KEY).ok_or(KeyError::NoSecretKey)?;
            (text.to_owned(), KEY.to_owned())
        }
    };
    let invalid = |source| KeyError::SecretKey { place: place.clone(), source };
    match StoredKey::parse(&text).map_err(invalid)? {
        StoredKey::Plain(key) => Ok(key),
        StoredKey::Protected(key) => {
            let password = password(invocation, "Password of the secret key: ")?;
            Ok(key.unlock(password).map_err(invalid)?)
        }
    }
}

/// The password for a new key: that of the environment, or typed twice.
pub(super) fn new_password(invocation: &Invocation<'_>) -> Result<String, CliError> {
    let password = password(invocation, "Password for the secret key: ")?;
    if password.is_empty() {
        return Err(KeyError::EmptyPassword.into());
    }
    if invocation.host.environment.var_os(PASSWORD).is_none() && ask(invocation, "The same again: ")? != password {
        return Err(KeyError::PasswordsDiffer.into());
    }
    Ok(password)
}

fn password(invocation: &Invocation<'_>, prompt: &str) -> Result<String, CliError> {
    let environment = &invocation.host.environment;
    match environment.var(PASSWORD) {
        Some(password) => Ok(password.to_owned()),
        None if environment.stderr_is_terminal() => ask(invocation, prompt),
        None => Err(KeyError::NoPassword.into()),
    }
}

fn ask(invocation: &Invocation<'_>, prompt: &str) -> Result<String, CliError> {
    invocation.host.terminal.ask_password(prompt).map_err(|source| match source.kind() {
        // Ctrl-C ends the prompt, perhaps before the thread that waits for signals has heard of it.
        io::ErrorKind::Interrupted => Interrupted.into(),
        _ => KeyError::Password { source }.into(),
    })
}
