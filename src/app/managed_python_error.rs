//! Why a managed Python was not installed, found or removed.

use std::path::PathBuf;

use crate::archive::tar::TarError;
use crate::python::SkipReason;
use crate::python::managed::{InvalidBuildTable, NoBuild};

use super::state::PythonUser;

/// Why a managed Python was not installed, found or removed.
#[derive(Debug, thiserror::Error)]
pub enum ManagedPythonError {
    #[error("refused `{file}`")]
    Archive { file: String, source: Box<TarError> },
    /// The settings forbid to download one.
    #[error("Python {name} was not downloaded, because downloads of Pythons are turned off")]
    DownloadsOff { name: String },
    #[error("Python {name} is used by {}", users.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    InUse { name: String, users: Vec<PythonUser> },
    #[error(transparent)]
    NoBuild(#[from] NoBuild),
    #[error("no managed Python matches `{text}`")]
    NotInstalled { text: String, installed: Vec<String> },
    /// The installed Python came from an archive with another hash than the table of builds states.
    #[error("the installed Python {name} came from another archive than the table of builds names")]
    OtherArchive { name: String },
    /// The person named the table.
    #[error("failed to read the table of Python builds `{}`", path.display())]
    Table { path: PathBuf, source: Box<InvalidBuildTable> },
    /// The interpreter in the archive cannot be started here.
    #[error("the archive of Python {name} contains no Python that works on this machine")]
    Unusable { name: String, source: Option<Box<SkipReason>> },
    #[error("the archive of Python {name} contains {found}")]
    Wrong { name: String, found: String },
}

const DOWNLOADS_OFF: &str =
    "set KINGBOLT_PYTHON_DOWNLOADS to `manual`, or remove `python-downloads` from `config.toml`";

const IN_USE: &str =
    "uninstall them, or move them to another Python with `kingbolt upgrade --python`, or pass `--force`";

const OTHER_PYTHON: &str =
    "use another Python with `--python`; if KINGBOLT_PYTHON_BUILDS is set, correct the table that it names";

const TABLE: &str = "correct the file that KINGBOLT_PYTHON_BUILDS names, or unset the variable";

impl ManagedPythonError {
    /// Advice for the user.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Archive { .. } | Self::Unusable { .. } | Self::Wrong { .. } => OTHER_PYTHON.to_owned(),
            Self::DownloadsOff { .. } => DOWNLOADS_OFF.to_owned(),
            Self::InUse { .. } => IN_USE.to_owned(),
            Self::NoBuild(_) => return None,
            Self::NotInstalled { installed, .. } if installed.is_empty() => "none is installed".to_owned(),
            Self::NotInstalled { installed, .. } => format!("installed are {}", installed.join(", ")),
            Self::OtherArchive { name } => format!("remove it with `kingbolt python uninstall {name}` first"),
            Self::Table { .. } => TABLE.to_owned(),
        };
        Some(text)
    }
}
