//! The Pythons of this machine, which tests take as they are.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::parts::missing;

/// A CPython that starts.
#[derive(Clone, Debug)]
pub(crate) struct Python {
    pub(crate) executable: PathBuf,
    /// Such as `3.12.1`.
    pub(crate) version: String,
    minor: u32,
}

impl Python {
    /// The newest one.
    pub(crate) fn newest() -> Option<&'static Self> {
        Self::all().first().or_else(|| missing("no Python from 3.8 on is installed (apt-get install python3)"))
    }

    /// One that every user of the machine may start.
    #[cfg(unix)]
    pub(crate) fn of_the_system() -> Option<Self> {
        let paths = ["/usr/bin/python3", "/usr/local/bin/python3"];
        paths.iter().find_map(|path| ask(Path::new(path))).or_else(|| missing("the system has no Python for all users"))
    }

    /// One of each minor version from 3.8 on, newest first. `KINGBOLT_TEST_PYTHON` names the only one to use.
    pub(crate) fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Python>> = OnceLock::new();
        ALL.get_or_init(|| {
            let candidates = match std::env::var_os("KINGBOLT_TEST_PYTHON") {
                Some(path) => vec![PathBuf::from(path)],
                None => candidates(),
            };
            let mut by_minor = BTreeMap::new();
            for python in candidates.iter().filter_map(|path| ask(path)) {
                by_minor.entry(python.minor).or_insert(python);
            }
            by_minor.into_values().rev().collect()
        })
    }

    /// Such as `3.12`.
    pub(crate) fn minor_version(&self) -> String {
        format!("3.{}", self.minor)
    }

    /// What a program prints.
    pub(crate) fn prints(&self, program: &str) -> String {
        let output = Command::new(&self.executable).args(["-I", "-c", program]).stdin(Stdio::piped()).output();
        String::from_utf8_lossy(&output.expect("it answered before").stdout).trim().to_owned()
    }
}

/// The pythons of pyenv, then those on the search path.
fn candidates() -> Vec<PathBuf> {
    let home = std::env::home_dir().unwrap_or_default();
    let pyenv = std::env::var_os("PYENV_ROOT").map_or_else(|| home.join(".pyenv"), PathBuf::from);
    let mut paths: Vec<PathBuf> =
        entries(&pyenv.join("versions")).iter().map(|root| root.join("bin/python3")).collect();
    let search_path = std::env::var_os("PATH").unwrap_or_default();
    for directory in std::env::split_paths(&search_path) {
        paths.extend(entries(&directory).into_iter().filter(|path| is_python(path.file_name().unwrap_or_default())));
    }
    paths.retain(|path| path.is_file());
    paths
}

fn is_python(file_name: &OsStr) -> bool {
    let name = file_name.to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    let version = name.strip_prefix("python").unwrap_or("no");
    version.chars().all(|character| character.is_ascii_digit() || character == '.')
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    paths
}

/// What an interpreter says of itself; `None` when it does not start, or is not a released CPython from 3.8 on.
fn ask(executable: &Path) -> Option<Python> {
    const PROGRAM: &str = "import os, sys; v = sys.version_info; print(sys.implementation.name, v[0], v[1], v[2], v[3], \
                           sys.prefix == sys.base_prefix, os.path.realpath(sys.executable))";
    // A pipe, because wine's CPython does not start on an empty device.
    let output = Command::new(executable).args(["-I", "-c", PROGRAM]).stdin(Stdio::piped()).output().ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    let words: Vec<&str> = answer.trim().splitn(7, ' ').collect();
    let ["cpython", "3", minor, micro, "final", "True", executable] = words.as_slice() else { return None };
    let minor = minor.parse().ok().filter(|minor| *minor >= 8)?;
    Some(Python { executable: PathBuf::from(executable), version: format!("3.{minor}.{micro}"), minor })
}
