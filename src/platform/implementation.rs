//! Implementations of Python.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An implementation of Python, as `sys.implementation.name` calls it.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(from = "String", into = "String")]
pub enum Implementation {
    CPython,
    GraalPy,
    PyPy,
    /// Another one, by its own name in lowercase.
    Other(String),
}

impl Implementation {
    /// The name as `sys.implementation.name` has it.
    pub fn name(&self) -> &str {
        match self {
            Self::CPython => "cpython",
            Self::GraalPy => "graalpy",
            Self::PyPy => "pypy",
            Self::Other(name) => name,
        }
    }

    /// The name that begins the interpreter part of a wheel tag: two letters where PEP 425 has an abbreviation.
    pub fn tag_name(&self) -> &str {
        match self.name() {
            "cpython" => "cp",
            "ironpython" => "ip",
            "jython" => "jy",
            "pypy" => "pp",
            name => name,
        }
    }
}

impl From<&str> for Implementation {
    fn from(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "cpython" => Self::CPython,
            "graalpy" => Self::GraalPy,
            "pypy" => Self::PyPy,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl From<String> for Implementation {
    fn from(name: String) -> Self {
        Self::from(name.as_str())
    }
}

impl From<Implementation> for String {
    fn from(implementation: Implementation) -> Self {
        implementation.name().to_owned()
    }
}

impl fmt::Display for Implementation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CPython => "CPython",
            Self::GraalPy => "GraalPy",
            Self::PyPy => "PyPy",
            Self::Other(name) => name,
        })
    }
}
