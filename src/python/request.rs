//! What a user or a lock asks for when it asks for a Python.

use std::path::PathBuf;

use crate::platform::Implementation;
use crate::vocab::VersionSpecifiers;

/// A wish for an interpreter.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PythonRequest {
    /// Whatever there is, the newest first.
    Any,
    /// A kind of interpreter: `pypy3.10`, `3.13t`.
    Build { implementation: Implementation, free_threaded: bool, specifiers: VersionSpecifiers },
    /// A command by its name, such as `python3.12`.
    Command(String),
    /// An executable, or the directory of an environment or installation.
    Path(PathBuf),
    /// A version, of whatever implementation, CPython first.
    Specifiers(VersionSpecifiers),
}

/// Text that does not name an interpreter.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a version, a command or a path of Python")]
pub struct InvalidPythonRequest {
    text: String,
}

impl PythonRequest {
    /// Parses `3.12`, `==3.12.*`, `>=3.10,<3.13`, `3.13t`, `pypy`, `pypy3.10`, a command or a path.
    pub fn parse(text: &str) -> Result<Self, InvalidPythonRequest> {
        let text = text.trim();
        let specifiers = crate::vocab::parse_specifiers(text);
        specifiers.map(Self::Specifiers).map_err(|_| InvalidPythonRequest { text: text.to_owned() })
    }
}
