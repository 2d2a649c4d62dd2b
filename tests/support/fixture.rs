//! The beginning of most tests: an index, and a machine with a Python that uses it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::index::Index;
use super::machine::{Directory, Machine, listing};
use super::packages::{dependent_hello, hello, other};
use super::python::Python;
use super::run::Outcome;
use super::wheel::BuiltWheel;

/// An index and a machine that uses it.
pub(crate) struct Fixture {
    pub(crate) index: Index,
    pub(crate) machine: Machine,
}

impl Fixture {
    /// An index that serves these wheels; nothing is installed.
    pub(crate) fn serving(index: Index, wheels: &[BuiltWheel]) -> Option<Self> {
        Self::on(Machine::new(), index, wheels)
    }

    /// The same on a machine that was made otherwise.
    pub(crate) fn on(machine: Machine, index: Index, wheels: &[BuiltWheel]) -> Option<Self> {
        for wheel in wheels {
            index.publish(wheel);
        }
        Some(Self { machine: machine.with_python(Python::newest()?).with_index(&index), index })
    }

    /// `hello` 1.0 alone is served.
    pub(crate) fn hello() -> Option<Self> {
        Self::serving(Index::complete(), &[hello("1.0")])
    }

    /// `hello` 1.0 is served, and `other`, which it needs.
    pub(crate) fn dependent_hello() -> Option<Self> {
        Self::serving(Index::complete(), &[dependent_hello("1.0"), other()])
    }

    /// The same with `hello` installed.
    pub(crate) fn installed() -> Option<Self> {
        let fixture = Self::dependent_hello()?;
        fixture.machine.kingbolt(["install", "hello", "--quiet"]).succeeds();
        Some(fixture)
    }

    /// The same with `hello` upgraded to 2.0.
    pub(crate) fn upgraded() -> Option<Self> {
        let fixture = Self::installed()?;
        fixture.index.publish(&dependent_hello("2.0"));
        fixture.machine.kingbolt(["upgrade", "hello", "--quiet"]).succeeds();
        Some(fixture)
    }

    /// Runs Kingbolt, which has to succeed.
    #[track_caller]
    pub(crate) fn succeeds(&self, arguments: &[&str]) {
        let outcome = self.machine.kingbolt(arguments).outcome();
        assert_eq!(outcome.code, Some(0), "{arguments:?} {outcome:?}");
    }

    /// Asserts that `hello` has a version, and that all of its files are as installed.
    #[track_caller]
    pub(crate) fn assert_works(&self, version: &str) {
        self.machine.command("hello", [""; 0]).stdout(&format!("hello from hello {version}\n")).succeeds();
        self.succeeds(&["verify", "--quiet"]);
    }

    /// True if a command of the bin directory leads to a file.
    pub(crate) fn has_command(&self, name: &str) -> bool {
        self.machine.directory(Directory::Bin).join(name).is_file()
    }

    /// The output of a command from the bin directory; `None` if it is absent, or leads to nothing. One that leads to a
    /// program has to work.
    #[track_caller]
    pub(crate) fn says(&self, command: &str) -> Option<String> {
        let file = format!("{command}{}", std::env::consts::EXE_SUFFIX);
        let outcome = self.outcome_of(&self.machine.directory(Directory::Bin).join(file))?;
        assert_eq!(outcome.code, Some(0), "{command}: {outcome:?}");
        Some(outcome.stdout.trim().to_owned())
    }

    /// The output of a program below the home directory; `None` if it does not work.
    pub(crate) fn says_below_home(&self, program: &str) -> Option<String> {
        let outcome = self.outcome_of(&self.machine.home().join(program))?;
        (outcome.code == Some(0)).then(|| outcome.stdout.trim().to_owned())
    }

    fn outcome_of(&self, path: &Path) -> Option<Outcome> {
        path.is_file().then(|| self.machine.program(path, [""; 0]).outcome())
    }

    /// Every file and directory below the home directory and Kingbolt's directories elsewhere; of the cache only unfinished
    /// ones. Numbers of generations are left out, since a number is never used twice.
    pub(crate) fn remains(&self) -> Vec<String> {
        let mut found = self.machine.everything();
        for (name, path) in self.directories_elsewhere() {
            if path.exists() {
                found.extend(listing(path).iter().map(|file| format!("{name}/{file}")));
            }
        }
        let is_unfinished = |path: &str| path.starts_with("cache/downloads/") || path.contains("/.kingbolt-");
        found.retain(|path| !path.starts_with("cache/") || is_unfinished(path));
        found = found.iter().flat_map(|path| with_parents(&unnumbered(path))).collect();
        found.sort();
        found.dedup();
        found
    }

    /// Keeps a copy of the home directory, and of Kingbolt's directories elsewhere.
    pub(crate) fn keep(&self) {
        for (path, kept) in self.kept() {
            let _ = fs::remove_dir_all(&kept);
            if path.exists() {
                copy(&path, &kept);
            }
        }
    }

    /// Sets them back to the copy.
    pub(crate) fn set_back(&self) {
        for (path, kept) in self.kept() {
            if path.exists() {
                fs::remove_dir_all(&path).expect("it is ours");
            }
            if kept.exists() {
                copy(&kept, &path);
            }
        }
    }

    /// Paths, and those of their copies.
    fn kept(&self) -> Vec<(PathBuf, PathBuf)> {
        let home = self.machine.home();
        let directories = self.directories_elsewhere().into_iter().chain([("home", home)]);
        directories.map(|(name, path)| (path.to_owned(), home.with_file_name(format!("kept {name}")))).collect()
    }

    /// Names and paths of Kingbolt's directories that are not below the home directory.
    fn directories_elsewhere(&self) -> Vec<(&'static str, &Path)> {
        let directories = Directory::ALL.map(|directory| (directory.name(), self.machine.directory(directory)));
        directories.into_iter().filter(|(_, path)| !path.starts_with(self.machine.home())).collect()
    }
}

/// Copies a directory with its hard links, links and times.
fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(status.expect("cp starts").success(), "{}", from.display());
}

/// A path and those of its parents, without Kingbolt's directories themselves.
fn with_parents(path: &str) -> Vec<String> {
    let parents = Path::new(path.trim_end_matches('/')).ancestors().map(|path| path.to_string_lossy().into_owned());
    parents.filter(|path| !path.is_empty() && Directory::ALL.iter().all(|directory| directory.name() != path)).collect()
}

/// `generations/3-0123456789ab/bin` as `generations/0123456789ab/bin`.
fn unnumbered(path: &str) -> String {
    // The third is the middle of the name of a lock.
    for start in ["/generations/", "/records/", "+"] {
        if let Some((before, after)) = path.split_once(start) {
            let name = after.split_once('-').map_or(after, |(_, name)| name);
            return format!("{before}{start}{name}");
        }
    }
    path.to_owned()
}
