//! Why a lock was not obtained.

use std::io;
use std::path::PathBuf;

use super::Interrupted;
use super::lock_holder::Holder;

/// A lock that was not obtained.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("`{}` is locked by another process{}", path.display(), in_parentheses(holder.as_ref()))]
    Busy { path: PathBuf, holder: Option<Holder> },
    /// This process was asked to stop while it waited.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// Other users may replace the locks in the directory that is to hold them.
    #[error("`{}` cannot hold locks: {problem}", path.display())]
    Unsafe { path: PathBuf, problem: &'static str },
    /// The lock file cannot be opened or locked.
    #[error("failed to lock `{}`", path.display())]
    Io { path: PathBuf, source: io::Error },
}

impl LockError {
    /// Advice for the user.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Busy { .. } => Some("wait for the other process to finish, then try again".to_owned()),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::Unsupported => {
                Some("set KINGBOLT_LOCK_DIR to a directory on a file system with file locks".to_owned())
            }
            Self::Unsafe { .. } => {
                Some("set KINGBOLT_LOCK_DIR to a directory in which other users cannot replace yours".to_owned())
            }
            Self::Interrupted(_) | Self::Io { .. } => None,
        }
    }
}

/// The holder of a lock, to be shown behind the words that stand for it.
pub(super) fn in_parentheses(holder: Option<&Holder>) -> String {
    holder.map(|holder| format!(" ({holder})")).unwrap_or_default()
}
