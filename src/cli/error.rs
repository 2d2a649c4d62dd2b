//! Every way in which a command can fail, its advice and its exit code.

use crate::app::{AppError, SourceError};
use crate::host::{Interrupted, ProcessError};
use crate::index::InvalidIndexUrl;
use crate::vocab::{InvalidName, InvalidRequirement};

use super::exit::{Exit, exit_of};
use super::settings::SettingsError;

/// A failed command.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    App(#[from] AppError),
    #[error("`{text}` is not a valid name of an application")]
    AppName { text: String },
    #[error("failed to understand an extra")]
    Extra(#[from] InvalidName),
    #[error(transparent)]
    Index(#[from] InvalidIndexUrl),
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    #[error("`--name` names one application, but several sources were given")]
    OneName,
    #[error("failed to start the command")]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Requirement(#[from] InvalidRequirement),
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl CliError {
    /// What to do about it.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::App(error) => error.hint(),
            Self::AppName { .. } => Some("names consist of letters, digits, `-`, `_` and `.`".to_owned()),
            Self::OneName => Some("install them one by one".to_owned()),
            Self::Settings(error) => Some(error.hint()),
            Self::Source(error) => Some(error.hint()),
            Self::Extra(_) | Self::Index(_) | Self::Interrupted(_) | Self::Process(_) | Self::Requirement(_) => None,
        }
    }

    /// How the process ends.
    pub(super) fn exit(&self) -> Exit {
        exit_of(self)
    }
}
