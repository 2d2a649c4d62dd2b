//! Errors of apps that are made from locks.

use crate::vocab::{Location, PackageName};

use super::state::AppName;

/// An app that cannot be made from a lock, or changed.
#[derive(Debug, thiserror::Error)]
pub enum LockedAppError {
    #[error("the lock `{lock}` is not the one that was asked for")]
    Changed { lock: Location },
    #[error("the lock `{lock}` has no packages")]
    Empty { lock: Location },
    #[error("the lock of `{app}`, `{lock}`, is gone")]
    Gone { app: AppName, lock: Location },
    #[error("`{app}` has exactly the packages of its lock, `{lock}`")]
    Injected { app: AppName, lock: Location },
    #[error("no package of the lock has the command `{command}`, which it names")]
    MissingCommand { command: String },
    #[error("the lock `{lock}` does not tell which packages were asked for")]
    UnknownCommands { lock: Location },
    #[error("the lock `{lock}` has no package `{package}`")]
    UnknownPackage { lock: Location, package: PackageName },
    #[error("the lock `{lock}` has no name")]
    Unnamed { lock: Location },
}

impl LockedAppError {
    /// Advice on how to fix it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Changed { lock } => Some(format!("run `kingbolt install {lock}` to use the one that is there now")),
            Self::Empty { .. } | Self::MissingCommand { .. } | Self::UnknownPackage { .. } => None,
            Self::Gone { app, .. } => {
                Some(format!("put it back, or run `kingbolt install --name {app} LOCK` with another lock"))
            }
            Self::Injected { .. } => Some("add the package to the lock, and upgrade".to_owned()),
            Self::UnknownCommands { .. } => {
                Some("name the packages whose commands you want with `--with-executables-from PACKAGE`".to_owned())
            }
            Self::Unnamed { .. } => Some("pass `--name NAME`, or rename the lock to `pylock.NAME.toml`".to_owned()),
        }
    }
}
