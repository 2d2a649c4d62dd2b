//! Why nothing was built.

use crate::archive::tar::TarError;
use crate::archive::zip::ArchiveError;
use crate::host::{FileError, Interrupted, ProcessError};
use crate::vocab::WheelName;

/// A failed build.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A hook of the backend failed.
    #[error("`{hook}` of `{backend}` failed{}", output(log))]
    Backend { backend: String, hook: &'static str, log: String },
    #[error(transparent)]
    Files(#[from] FileError),
    /// The backend cannot build what was asked for.
    #[error("`{backend}` has no hook `{hook}`")]
    NoHook { backend: String, hook: &'static str },
    /// The hook did not return the name of a directory that holds METADATA.
    #[error("`{backend}` wrote no metadata: it returned {returned}")]
    NoMetadata { backend: String, returned: String },
    /// The hook did not return the name of a wheel that is there.
    #[error("`{backend}` built no wheel: it returned {returned:?}")]
    NoWheel { backend: String, returned: String },
    #[error("git failed{}", output(log))]
    Git { log: String },
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    #[error("the archive is invalid: {reason}")]
    InvalidArchive { reason: String },
    #[error("`pyproject.toml` is invalid: {reason}")]
    InvalidProject { reason: String },
    #[error("it has no `pyproject.toml` or `setup.py`")]
    NotAProject,
    /// The name of a branch or tag is that of the commit.
    #[error("the repository has the commit {found} under the name {expected}")]
    OtherCommit { expected: String, found: String },
    /// The wheel is not of the version or the package that its source states.
    #[error("the backend built `{wheel}`, not a wheel of `{expected}`")]
    OtherProject { wheel: WheelName, expected: String },
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Tar(#[from] TarError),
    #[error(transparent)]
    Zip(#[from] ArchiveError),
}

impl BuildError {
    /// Advice on how to fix it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Backend { .. } => Some(
                "the output above is that of the package's own build; its documentation tells which compilers and \
                 libraries it needs"
                    .to_owned(),
            ),
            Self::Git { .. } => Some("check the address and the name after `@`".to_owned()),
            Self::NoHook { .. } => Some("install it without `--editable`".to_owned()),
            Self::NotAProject => Some("pass the directory that contains `pyproject.toml`".to_owned()),
            Self::OtherProject { .. } => Some("request it by the name that it has".to_owned()),
            Self::Process(ProcessError::Start { .. }) => {
                Some("check that the program is installed and on PATH".to_owned())
            }
            Self::Files(_)
            | Self::Interrupted(_)
            | Self::InvalidArchive { .. }
            | Self::InvalidProject { .. }
            | Self::NoMetadata { .. }
            | Self::NoWheel { .. }
            | Self::OtherCommit { .. }
            | Self::Process(_)
            | Self::Tar(_)
            | Self::Zip(_) => None,
        }
    }
}

/// The end of a program's output, on lines of its own.
fn output(log: &str) -> String {
    let log = log.trim();
    if log.is_empty() { String::new() } else { format!(":\n{log}") }
}
