//! A snapshot of the process's environment, taken once.
#![expect(clippy::disallowed_methods, reason = "this is the access to the environment")]

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Environment variables, directories and terminal of this process, as they were at its start.
#[derive(Clone, Debug)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
    current_dir: PathBuf,
    executable: PathBuf,
    stderr_is_terminal: bool,
}

impl Environment {
    /// Reads the environment of this process.
    pub fn of_process() -> Self {
        Self {
            variables: std::env::vars_os().map(|(name, value)| (key(&name), value)).collect(),
            current_dir: std::env::current_dir().unwrap_or_default(),
            executable: std::env::current_exe().unwrap_or_default(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// An environment of these variables alone, without a terminal.
    pub fn of<'a>(variables: impl IntoIterator<Item = (&'a str, &'a OsStr)>, current_dir: &Path) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (key(OsStr::new(name)), value.to_owned()));
        Self {
            variables: variables.collect(),
            current_dir: current_dir.to_owned(),
            executable: PathBuf::new(),
            stderr_is_terminal: false,
        }
    }

    /// A variable's value, when it is set, not empty and valid Unicode.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.var_os(name).and_then(OsStr::to_str)
    }

    /// A variable's value, when it is set and not empty.
    pub fn var_os(&self, name: &str) -> Option<&OsStr> {
        let value = self.variables.get(&key(OsStr::new(name)))?;
        (!value.is_empty()).then_some(value)
    }

    /// A variable's value, when it is set and valid Unicode, also an empty one.
    pub fn var_or_empty(&self, name: &str) -> Option<&str> {
        self.variables.get(&key(OsStr::new(name)))?.to_str()
    }

    /// All variables, with their values.
    pub fn variables(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// The directories of `PATH`, in order, without empty entries.
    pub fn search_path(&self) -> Vec<PathBuf> {
        self.paths("PATH")
    }

    /// The paths in a variable that lists some, in order, without empty entries.
    pub fn paths(&self, name: &str) -> Vec<PathBuf> {
        let paths = self.var_os(name).unwrap_or_default();
        std::env::split_paths(paths).filter(|path| !path.as_os_str().is_empty()).collect()
    }

    /// The user's home directory: `HOME`, on Windows `USERPROFILE`, else the entry of the system's user database.
    pub fn home_dir(&self) -> Option<PathBuf> {
        let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
        self.var_os(name).map(PathBuf::from).or_else(std::env::home_dir)
    }

    /// The directory the process was started in.
    pub fn current_dir(&self) -> &Path {
        &self.current_dir
    }

    /// The directory for temporary files: that of `TMPDIR`, on Windows `TMP` or `TEMP`, else the system's.
    pub fn temporary_dir(&self) -> PathBuf {
        let names: &[&str] = if cfg!(windows) { &["TMP", "TEMP"] } else { &["TMPDIR"] };
        names.iter().find_map(|name| self.var_os(name)).map_or_else(std::env::temp_dir, PathBuf::from)
    }

    /// The running executable.
    pub fn executable(&self) -> &Path {
        &self.executable
    }

    /// True if stderr, where messages go, is a terminal.
    pub fn stderr_is_terminal(&self) -> bool {
        self.stderr_is_terminal
    }
}

/// Windows ignores the case of variable names.
fn key(name: &OsStr) -> OsString {
    if cfg!(windows) { name.to_ascii_uppercase() } else { name.to_owned() }
}
