//! Keys and passwords on the command line that cannot be used. Never quotes them.

use std::io;

use crate::trust::InvalidSecretKey;

/// A key or a password that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyError {
    #[error("the password is empty")]
    EmptyPassword,
    #[error("failed to read standard input")]
    Input { source: io::Error },
    #[error("the secret key has a password, and there is no terminal to ask for it")]
    NoPassword,
    #[error("no secret key was named")]
    NoSecretKey,
    #[error("failed to ask for a password")]
    Password { source: io::Error },
    #[error("the passwords differ")]
    PasswordsDiffer,
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
            Self::Input { .. } | Self::PasswordsDiffer | Self::SecretKey { .. } => None,
        }
    }
}
