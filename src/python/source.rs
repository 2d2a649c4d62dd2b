//! Where interpreters come from, which decides how long they are likely to stay.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

/// The origin of an interpreter.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum PythonSource {
    /// Kingbolt fetched it.
    Managed,
    /// An installation that stays until the person removes it: of the operating system, python.org, Homebrew.
    System,
    /// It goes, or becomes another version, when something else than Python is tidied up.
    Transient(Owner),
}

/// The owner of interpreters that come and go.
///
/// conda updates the Python of its base environment to other minor versions, and environments are made to be removed. pyenv,
/// asdf, mise, uv, pipx, Hatch, PDM, Poetry and Rye keep each patch release in a directory of its own: an upgrade is a new
/// directory, after which people and the tools themselves remove the old one. Nix collects what no profile refers to any more.
/// The interpreter of a virtual environment is often one of a build that nothing else knows.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Owner {
    Asdf,
    Conda,
    /// A virtual environment that is active or on PATH, and nothing else, led to it.
    Environment,
    Hatch,
    Mise,
    Nix,
    Pdm,
    Pipx,
    Poetry,
    Pyenv,
    Rye,
    Uv,
}

/// A directory in which an owner keeps interpreters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct OwnedDirectory {
    pub(super) directory: PathBuf,
    pub(super) source: PythonSource,
}

/// The origin of an interpreter by its paths: as it is named, and without links.
pub(super) fn source_of(owned: &[OwnedDirectory], paths: &[&Path]) -> Option<PythonSource> {
    let holds = |one: &&OwnedDirectory| paths.iter().any(|path| path.starts_with(&one.directory));
    owned.iter().find(holds).map(|one| one.source)
}

impl PythonSource {
    /// The name in documents: `managed`, `system`, or that of the owner.
    pub fn name(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::System => "system",
            Self::Transient(owner) => owner.name(),
        }
    }
}

impl Serialize for PythonSource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Owner {
    /// The name that people know.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asdf => "asdf",
            Self::Conda => "conda",
            Self::Environment => "virtual environment",
            Self::Hatch => "Hatch",
            Self::Mise => "mise",
            Self::Nix => "Nix",
            Self::Pdm => "PDM",
            Self::Pipx => "pipx",
            Self::Poetry => "Poetry",
            Self::Pyenv => "pyenv",
            Self::Rye => "Rye",
            Self::Uv => "uv",
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreter_belongs_to_the_owner_of_any_of_its_paths() {
        let directory = |path: &str, source| OwnedDirectory { directory: PathBuf::from(path), source };
        let owned = [
            directory("/home/ada/kingbolt/pythons", PythonSource::Managed),
            directory("/home/ada/uv/python", PythonSource::Transient(Owner::Uv)),
        ];
        let source = |paths: [&str; 2]| source_of(&owned, &paths.map(Path::new));
        let of_uv = "/home/ada/uv/python/cpython-3.13.1/bin/python3.13";
        assert_eq!(source([of_uv, of_uv]), Some(PythonSource::Transient(Owner::Uv)));
        assert_eq!(source(["/home/ada/.local/bin/python3.13", of_uv]), Some(PythonSource::Transient(Owner::Uv)));
        let managed = "/home/ada/kingbolt/pythons/3.13.1/bin/python3.13";
        assert_eq!(source([managed, managed]), Some(PythonSource::Managed));
        assert_eq!(source(["/usr/bin/python3", "/usr/bin/python3.13"]), None);
        assert_eq!(source(["/home/ada/uv/python-3/bin/python3", "/opt/python3"]), None);
    }
}
