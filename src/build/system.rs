//! The `[build-system]` table of `pyproject.toml` (PEP 517, PEP 518).

use serde::Deserialize;

use crate::vocab::{Origin, Requirement, SafePath};

use super::BuildError;

/// The backend of a source tree, and its requirements.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildSystem {
    /// Requirements of the environment that the backend runs in.
    pub requires: Vec<Requirement>,
    /// `module` or `module:object`.
    pub backend: String,
    /// Directories below the tree in which the backend itself lies; empty paths are the tree.
    pub backend_path: Vec<String>,
}

/// The backend of trees that name none, and its requirement. Source: PEP 517, "Source trees".
const DEFAULT_BACKEND: &str = "setuptools.build_meta:__legacy__";
const DEFAULT_REQUIREMENT: &str = "setuptools>=40.8.0";

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    build_system: Option<Table>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Table {
    requires: Vec<String>,
    build_backend: Option<String>,
    #[serde(default)]
    backend_path: Vec<String>,
}

impl BuildSystem {
    /// Reads the table, if there is one.
    ///
    /// # Errors
    /// [`BuildError::InvalidProject`].
    pub fn parse(pyproject: Option<&str>) -> Result<Self, BuildError> {
        let table = match pyproject {
            Some(text) => toml::from_str::<Document>(text).map_err(|error| invalid(error.message()))?.build_system,
            None => None,
        };
        let Some(Table { requires, build_backend, backend_path }) = table else {
            let requires = vec![requirement(DEFAULT_REQUIREMENT)?];
            return Ok(Self { requires, backend: DEFAULT_BACKEND.to_owned(), backend_path: Vec::new() });
        };
        let requires = requires.iter().map(|text| requirement(text)).collect::<Result<_, _>>()?;
        let backend_path = backend_path.iter().map(|path| in_tree(path)).collect::<Result<_, _>>()?;
        Ok(Self { requires, backend: build_backend.unwrap_or_else(|| DEFAULT_BACKEND.to_owned()), backend_path })
    }
}

/// A requirement of the backend. Only the person may name addresses, and a source tree is not the person.
pub(super) fn requirement(text: &str) -> Result<Requirement, BuildError> {
    let requirement: Requirement = text.parse().map_err(|error| invalid(&format!("{error}")))?;
    match requirement.origin {
        Origin::Index(_) => Ok(requirement),
        Origin::Url(_) => Err(invalid(&format!("its build requires `{text}`, but only you can name an address"))),
    }
}

fn in_tree(path: &str) -> Result<String, BuildError> {
    let trimmed = path.trim_start_matches("./").trim_end_matches('/');
    if matches!(trimmed, "" | ".") {
        return Ok(String::new());
    }
    let path = SafePath::parse(trimmed).map_err(|error| invalid(&format!("its `backend-path`: {error}")))?;
    Ok(path.as_str().to_owned())
}

fn invalid(reason: &str) -> BuildError {
    BuildError::InvalidProject { reason: reason.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_that_names_no_backend_is_built_by_setuptools() {
        for text in [None, Some(""), Some("[project]\nname = \"demo\"")] {
            let system = BuildSystem::parse(text).unwrap();
            assert_eq!(system.backend, DEFAULT_BACKEND);
            assert_eq!(system.requires, vec![DEFAULT_REQUIREMENT.parse().unwrap()]);
        }
        let system = BuildSystem::parse(Some("[build-system]\nrequires = []")).unwrap();
        assert_eq!((system.backend.as_str(), system.requires.len()), (DEFAULT_BACKEND, 0));
    }

    #[test]
    fn a_backend_in_the_tree_is_named_by_its_directory() {
        let text =
            "[build-system]\nrequires = [\"a>=1\"]\nbuild-backend = \"own:backend\"\nbackend-path = [\".\", \"./x/y\"]";
        let expected = BuildSystem {
            requires: vec!["a>=1".parse().unwrap()],
            backend: "own:backend".to_owned(),
            backend_path: vec![String::new(), "x/y".to_owned()],
        };
        assert_eq!(BuildSystem::parse(Some(text)).unwrap(), expected);
    }

    #[test]
    fn a_wrong_table_is_refused_with_the_reason() {
        for (table, expected) in [
            ("build-backend = \"x\"", "`pyproject.toml` is invalid: missing field `requires`"),
            (
                "requires = [\"a @ https://e.example/a.whl\"]",
                "`pyproject.toml` is invalid: its build requires `a @ https://e.example/a.whl`, but only you can name \
                 an address",
            ),
            (
                "requires = []\nbackend-path = [\"../x\"]",
                "`pyproject.toml` is invalid: its `backend-path`: path \"../x\" is not allowed: it has a component `.` or `..`",
            ),
        ] {
            let error = BuildSystem::parse(Some(&format!("[build-system]\n{table}"))).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
