//! Keys and passwords on the command line that cannot be used. Never quotes them.

use std::io;
use std::path::{Path, PathBuf};

use crate::trust::{InvalidPublicKey, InvalidSecretKey};

/// A key or a password that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyError {
    #[error("the password is empty")]
    EmptyPassword,
    #[error("failed to read standard input")]
    Input { source: io::Error },
    #[error("the secret key has a password, and there is no terminal to ask for it")]
    NoPassword,
    #[error("`{}` is neither a public key nor a file with one", path.display())]
    NoPublicKey { path: PathBuf },
    #[error("no secret key was named")]
    NoSecretKey,
    #[error("failed to ask for a password")]
    Password { source: io::Error },
    #[error("the passwords differ")]
    PasswordsDiffer,
    #[error("failed to use the public key{}", of_file(file.as_deref()))]
    PublicKey { file: Option<PathBuf>, source: InvalidPublicKey },
    #[error("failed to use the secret key of {place}")]
    SecretKey { place: String, source: InvalidSecretKey },
}

impl KeyError {
    /// Advice on how to fix the error.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::EmptyPassword => Some("choose a password, or pass `--no-password`".to_owned()),
            Self::NoPassword | Self::Password { .. } => {
                Some("set KINGBOLT_SIGN_PASSWORD, or run the command in a terminal".to_owned())
            }
            Self::NoSecretKey => Some("pass `--secret-key FILE`, or set KINGBOLT_SIGN_KEY".to_owned()),
            Self::NoPublicKey { .. } => {
                Some("`kingbolt release keygen` writes it into a file that ends in `.pub`".to_owned())
            }
            Self::Input { .. } | Self::PasswordsDiffer | Self::PublicKey { .. } | Self::SecretKey { .. } => None,
        }
    }
}

fn of_file(file: Option<&Path>) -> String {
    file.map_or_else(String::new, |file| format!(" of `{}`", file.display()))
}
