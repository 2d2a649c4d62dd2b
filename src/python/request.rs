//! A request of a user or a lock for a Python.

use std::fmt;
use std::path::PathBuf;

use super::Interpreter;
use crate::platform::Implementation;
use crate::vocab::{VersionSpecifiers, admits, admits_python, parse_specifiers, parse_version};

/// A request for an interpreter.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PythonRequest {
    /// Any interpreter, the newest first.
    Any,
    /// A kind of interpreter: `pypy3.10`, `3.13t`.
    Build { implementation: Implementation, free_threaded: bool, specifiers: VersionSpecifiers },
    /// A command by its name, such as `python3.12`.
    Command(String),
    /// An executable, or the directory of an environment or installation.
    Path(PathBuf),
    /// A version of any implementation, CPython first.
    Specifiers(VersionSpecifiers),
}

/// Text that does not name an interpreter.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a Python version, command or path")]
pub struct InvalidPythonRequest {
    text: String,
}

const IMPLEMENTATIONS: &[(&str, Implementation)] =
    &[("cpython", Implementation::CPython), ("graalpy", Implementation::GraalPy), ("pypy", Implementation::PyPy)];

impl PythonRequest {
    /// Parses `3.12`, `3.12.4`, `==3.12.*`, `>=3.10,<3.13`, `3.13t`, `pypy`, `pypy3.10`, a command or a path. A text
    /// with a path separator or a leading dot is a path.
    ///
    /// # Errors
    /// If the text begins like a version but is not one, or is empty.
    pub fn parse(text: &str) -> Result<Self, InvalidPythonRequest> {
        let text = text.trim();
        let invalid = || InvalidPythonRequest { text: text.to_owned() };
        if text.contains(['/', '\\']) || text.starts_with('.') {
            return Ok(Self::Path(PathBuf::from(text)));
        }
        for (name, implementation) in IMPLEMENTATIONS {
            if let Some(version) = text.strip_prefix(name) {
                let version = version.trim_start_matches(['@', '-']);
                let implementation = implementation.clone();
                let (specifiers, free_threaded) = version_and_threading(version).ok_or_else(invalid)?;
                return Ok(Self::Build { implementation, free_threaded, specifiers });
            }
        }
        if text.starts_with(['=', '!', '<', '>', '~']) {
            return parse_specifiers(text).map(Self::Specifiers).map_err(|_| invalid());
        }
        if !text.starts_with(|first: char| first.is_ascii_digit()) {
            return if text.is_empty() { Err(invalid()) } else { Ok(Self::Command(text.to_owned())) };
        }
        match version_and_threading(text).ok_or_else(invalid)? {
            (specifiers, false) => Ok(Self::Specifiers(specifiers)),
            (specifiers, true) => {
                Ok(Self::Build { implementation: Implementation::CPython, free_threaded: true, specifiers })
            }
        }
    }

    /// True if an interpreter matches the request. A command and a path name a location, not properties.
    pub fn admits(&self, interpreter: &Interpreter) -> bool {
        // A pre-release counts as its release, as for `Requires-Python`, unless the request names the pre-release.
        let in_range = |specifiers: &VersionSpecifiers| {
            admits_python(specifiers, &interpreter.version) || admits(specifiers, &interpreter.version)
        };
        match self {
            Self::Any | Self::Command(_) | Self::Path(_) => true,
            Self::Build { implementation, free_threaded, specifiers } => {
                interpreter.implementation == *implementation
                    && interpreter.free_threaded == *free_threaded
                    && in_range(specifiers)
            }
            Self::Specifiers(specifiers) => in_range(specifiers),
        }
    }
}

/// `3.12` means all of its patch releases; a final `t` means the free-threaded build.
fn version_and_threading(text: &str) -> Option<(VersionSpecifiers, bool)> {
    let (version, free_threaded) = match text.strip_suffix('t') {
        Some(version) => (version, true),
        None => (text, false),
    };
    if version.is_empty() {
        return (!free_threaded).then(|| (VersionSpecifiers::empty(), false));
    }
    let parts = parse_version(version).ok()?.release().len();
    let is_release = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let wildcard = if parts < 3 && is_release { ".*" } else { "" };
    Some((parse_specifiers(&format!("=={version}{wildcard}")).ok()?, free_threaded))
}

impl fmt::Display for PythonRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("any Python"),
            Self::Build { implementation, free_threaded, specifiers } => {
                write!(f, "{implementation}")?;
                if !specifiers.is_empty() {
                    write!(f, " {specifiers}")?;
                }
                f.write_str(if *free_threaded { ", free-threaded" } else { "" })
            }
            Self::Command(name) => write!(f, "`{name}`"),
            Self::Path(path) => write!(f, "`{}`", path.display()),
            Self::Specifiers(specifiers) => write!(f, "`{specifiers}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_stands_for_its_patch_releases() {
        for (text, specifiers) in [
            ("3", "==3.*"),
            ("3.12", "==3.12.*"),
            (" 3.12 ", "==3.12.*"),
            ("3.12.4", "==3.12.4"),
            ("3.14.0rc1", "==3.14.0rc1"),
            ("3.14rc1", "==3.14rc1"),
            ("==3.12.*", "==3.12.*"),
            (">=3.10,<3.13", ">=3.10,<3.13"),
            (">= 3.10, < 3.13", ">=3.10,<3.13"),
            ("~=3.11", "~=3.11"),
        ] {
            let expected = PythonRequest::Specifiers(parse_specifiers(specifiers).unwrap());
            assert_eq!(PythonRequest::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn kinds_of_builds_have_short_names() {
        let build = |implementation, free_threaded, specifiers: &str| {
            let specifiers = parse_specifiers(specifiers).unwrap();
            Ok(PythonRequest::Build { implementation, free_threaded, specifiers })
        };
        for (text, expected) in [
            ("3.13t", build(Implementation::CPython, true, "==3.13.*")),
            ("3.13.1t", build(Implementation::CPython, true, "==3.13.1")),
            ("cpython3.12", build(Implementation::CPython, false, "==3.12.*")),
            ("cpython@3.12", build(Implementation::CPython, false, "==3.12.*")),
            ("pypy", build(Implementation::PyPy, false, "")),
            ("pypy3.10", build(Implementation::PyPy, false, "==3.10.*")),
            ("graalpy-3.11", build(Implementation::GraalPy, false, "==3.11.*")),
        ] {
            assert_eq!(PythonRequest::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn paths_and_commands_are_told_apart() {
        for text in ["/usr/bin/python3", "./python", ".venv", "..", "env/bin/python", r"C:\Python312\python.exe"] {
            assert_eq!(PythonRequest::parse(text), Ok(PythonRequest::Path(PathBuf::from(text))));
        }
        for text in ["python", "python3.12", "python3.13t", "py", "my-python"] {
            assert_eq!(PythonRequest::parse(text), Ok(PythonRequest::Command(text.to_owned())));
        }
    }

    #[test]
    fn what_begins_like_a_version_and_is_none_is_refused() {
        for text in ["", " ", "3.x", "3.12.4.x", ">=three", "=>3.9", "3.", "pypyx"] {
            assert_eq!(PythonRequest::parse(text).map_err(|error| error.text), Err(text.trim().to_owned()));
        }
    }

    #[test]
    fn a_request_admits_what_it_describes() {
        let interpreter = Interpreter::sample("3.13.1", "/p");
        let free_threaded = Interpreter { free_threaded: true, ..interpreter.clone() };
        let candidate = Interpreter::sample("3.14.0rc2", "/p");
        let cases = [
            ("3.13", [true, true, false]),
            ("3.13t", [false, true, false]),
            ("cpython3.13", [true, false, false]),
            ("pypy", [false, false, false]),
            (">=3.13", [true, true, true]),
            ("3.14", [false, false, true]),
            ("3.14.0rc2", [false, false, true]),
            ("<3.14", [true, true, false]),
            ("python3", [true, true, true]),
        ];
        for (text, expected) in cases {
            let request = PythonRequest::parse(text).unwrap();
            assert_eq!([&interpreter, &free_threaded, &candidate].map(|one| request.admits(one)), expected, "{text}");
        }
    }
}
