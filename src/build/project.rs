//! Facts about a source tree that need no build: its name, and the Pythons that it admits.

use std::path::Path;

use serde::Deserialize;

use crate::host::{FileError, Files};
use crate::vocab::{PackageName, VersionSpecifiers, parse_specifiers};

use super::BuildError;

/// The facts that the files of a source tree state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProjectFacts {
    pub name: Option<PackageName>,
    pub requires_python: Option<VersionSpecifiers>,
    /// The text of `pyproject.toml`.
    pub pyproject: Option<String>,
}

#[derive(Default, Deserialize)]
struct Document {
    project: Option<Table>,
    #[serde(default)]
    tool: Tools,
}

#[derive(Default, Deserialize)]
struct Tools {
    poetry: Option<Table>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Table {
    name: Option<String>,
    requires_python: Option<String>,
}

impl ProjectFacts {
    /// Reads `pyproject.toml`, `PKG-INFO` of a source distribution, and the name in `setup.cfg`.
    ///
    /// # Errors
    /// [`BuildError::NotAProject`] if the tree has no build.
    pub fn read(files: Files, tree: &Path) -> Result<Self, BuildError> {
        let pyproject = text(files, &tree.join("pyproject.toml"))?;
        if pyproject.is_none() && !files.is_file(&tree.join("setup.py")) {
            return Err(BuildError::NotAProject);
        }
        let document = match &pyproject {
            Some(text) => toml::from_str::<Document>(text)
                .map_err(|error| BuildError::InvalidProject { reason: error.message().to_owned() })?,
            None => Document::default(),
        };
        let mut facts = Self { pyproject, ..Self::default() };
        for table in [document.project, document.tool.poetry].into_iter().flatten() {
            facts.add(table.name.as_deref(), table.requires_python.as_deref());
        }
        if let Some(text) = text(files, &tree.join("PKG-INFO"))? {
            facts.add(header(&text, "name:"), header(&text, "requires-python:"));
        }
        if let Some(text) = text(files, &tree.join("setup.cfg"))? {
            facts.add(in_section(&text, "metadata", "name"), in_section(&text, "options", "python_requires"));
        }
        Ok(facts)
    }

    /// Adds what is not known yet. What cannot be read is for the backend to report.
    fn add(&mut self, name: Option<&str>, requires_python: Option<&str>) {
        self.name = self.name.take().or_else(|| name?.parse().ok());
        self.requires_python = self.requires_python.take().or_else(|| parse_specifiers(requires_python?).ok());
    }
}

fn text(files: Files, path: &Path) -> Result<Option<String>, FileError> {
    Ok(files.read_if_present(path)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// The value of a header; the name is in lower case.
fn header<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let headers = text.lines().take_while(|line| !line.trim().is_empty());
    let value = |line: &'a str| {
        let (start, value) = line.split_at_checked(name.len())?;
        start.eq_ignore_ascii_case(name).then(|| value.trim())
    };
    headers.into_iter().find_map(value)
}

/// The value of a key in a section of an INI file.
fn in_section<'a>(text: &'a str, section: &str, key: &str) -> Option<&'a str> {
    let is_section =
        |line: &str| line.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) == Some(section);
    let lines = text.lines().skip_while(|line| !is_section(line)).skip(1);
    let mut pairs = lines.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once('='));
    pairs
        .find(|(name, _)| name.trim() == key)
        .map(|(_, value)| value.trim())
        .filter(|value| !value.starts_with("attr:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_read_from_whichever_file_states_it() {
        let read = |files: &[(&str, &str)]| {
            let directory = tempfile::tempdir().unwrap();
            for (name, content) in files {
                Files.write_new(&directory.path().join(name), content.as_bytes(), 0o644).unwrap();
            }
            ProjectFacts::read(Files, directory.path()).map(|facts| {
                let requires = facts.requires_python.map(|requires| requires.to_string());
                (facts.name.map(|name| name.to_string()), requires)
            })
        };
        let expected = (Some("a-b".to_owned()), Some(">=3.9".to_owned()));
        let setup = ("setup.py", "");
        for files in [
            &[("pyproject.toml", "[project]\nname = \"A.b\"\nrequires-python = \">=3.9\"")][..],
            &[("pyproject.toml", "[tool.poetry]\nname = \"a_b\""), ("PKG-INFO", "Requires-Python: >=3.9\n\nName: x")],
            &[setup, ("PKG-INFO", "Metadata-Version: 2.1\nName: a-b\nRequires-Python: >=3.9\n")],
            &[setup, ("setup.cfg", "[options]\npython_requires = >=3.9\nname = x\n[metadata]\nname = a_b\n")],
        ] {
            assert_eq!(read(files).unwrap(), expected, "{files:?}");
        }
        assert_eq!(read(&[setup, ("setup.cfg", "[metadata]\nname = attr: a.name\n")]).unwrap(), (None, None));
        assert!(matches!(read(&[("readme", "")]), Err(BuildError::NotAProject)));
    }
}
