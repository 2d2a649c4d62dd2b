//! A machine whose home can be set back to what it was, and what is looked at after a fault.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{BuiltWheel, Index, Machine, Outcome, Python, Wheel};

/// An index with two applications, and a machine that uses it.
pub(crate) struct Stage {
    pub(crate) index: Index,
    pub(crate) machine: Machine,
}

impl Stage {
    /// `hello` 1.0 and `bye` 1.0 are offered, which share a dependency; nothing is installed.
    pub(crate) fn new() -> Option<Self> {
        let python = Python::newest()?;
        let index = Index::complete();
        index.publish(&hello("1.0")).publish(&bye("1.0")).publish(&Wheel::new("other", "2.1").build());
        // What a command leaves when it runs is no debris of an installation.
        let machine =
            Machine::new().with_python(python).with_index(&index).with_variable("PYTHONDONTWRITEBYTECODE", "1");
        Some(Self { index, machine })
    }

    /// Runs Kingbolt, which has to succeed.
    #[track_caller]
    pub(crate) fn succeeds(&self, arguments: &[&str]) {
        let outcome = self.machine.kingbolt(arguments).outcome();
        assert_eq!(outcome.code, Some(0), "{arguments:?} {outcome:?}");
    }

    /// Keeps a copy of the home directory.
    pub(crate) fn keep(&self) {
        copy(self.machine.home(), &self.kept());
    }

    /// Sets the home directory back to the copy.
    pub(crate) fn set_back(&self) {
        fs::remove_dir_all(self.machine.home()).expect("it is ours");
        copy(&self.kept(), self.machine.home());
    }

    /// What a command from the bin directory prints; `None` when it is not there, or leads to nothing. One that leads to
    /// a program has to work.
    #[track_caller]
    pub(crate) fn says(&self, command: &str) -> Option<String> {
        let outcome = self.outcome_of(&self.machine.home().join("bin").join(command))?;
        assert_eq!(outcome.code, Some(0), "{command}: {outcome:?}");
        Some(outcome.stdout.trim().to_owned())
    }

    /// What one from the bin directory of an environment prints; `None` when it does not work: while an environment is
    /// made anew it cannot be used.
    pub(crate) fn says_in(&self, environment: &str, command: &str) -> Option<String> {
        let outcome = self.outcome_of(&self.machine.home().join(environment).join("bin").join(command))?;
        (outcome.code == Some(0)).then(|| outcome.stdout.trim().to_owned())
    }

    fn outcome_of(&self, path: &Path) -> Option<Outcome> {
        path.is_file().then(|| self.machine.program(path, [""; 0]).outcome())
    }

    /// All that stands below the home directory; of the cache what is not finished. Numbers of generations are left out,
    /// since a number is never used twice.
    pub(crate) fn standing(&self) -> Vec<String> {
        let is_unfinished = |path: &str| path.starts_with("cache/downloads/") || path.contains("/.kingbolt-");
        let counts = |path: &&String| !path.starts_with("cache/") || is_unfinished(path);
        self.machine.everything().iter().filter(counts).map(|path| unnumbered(path)).collect()
    }

    /// Writes `one.toml` and `two.toml`, which lock `hello` 1.0 and 2.0.
    pub(crate) fn write_locks(&self) {
        for (name, version) in [("one.toml", "1.0"), ("two.toml", "2.0")] {
            let wheels = [hello(version), Wheel::new("other", "2.1").build()];
            self.machine.write(name, lock(&self.index.origin(), &wheels));
        }
    }

    /// What stands in home, bin directory, environments and downloads and belongs to nothing that is complete, when the
    /// cache and the store were pruned.
    pub(crate) fn left_over(&self) -> Vec<String> {
        let everything = self.machine.everything();
        let read = |path: &String| fs::read_to_string(self.machine.home().join(path)).unwrap_or_default();
        let is_complete = |path: &&String| path.starts_with("kingbolt/apps/") && path.ends_with("/complete");
        let complete: Vec<&String> = everything.iter().filter(is_complete).collect();
        let needed: String = complete.iter().map(|path| read(path)).collect();
        let belongs = |path: &String| {
            let parts: Vec<&str> = path.split('/').collect();
            let has = |directory: String| complete.iter().any(|path| path.starts_with(&directory));
            match parts.as_slice() {
                parts if parts.iter().any(|part| part.starts_with(".kingbolt-")) => false,
                // It is not ours alone.
                ["bin", ""] => true,
                ["bin", command] => self.says(command).is_some(),
                ["cache", directory, ..] => *directory != "downloads",
                ["kingbolt", "apps", app, "generations", name, ..] => {
                    complete.contains(&&format!("kingbolt/apps/{app}/generations/{name}/complete"))
                }
                ["kingbolt", "apps", app, "current" | "receipt.toml"] | ["kingbolt", "locks", app] => {
                    has(format!("kingbolt/apps/{app}/"))
                }
                ["kingbolt", "store", ".lock"] => !complete.is_empty(),
                ["kingbolt", "store", ".locks", wheel] | ["kingbolt", "store", wheel, ..] => needed.contains(wheel),
                ["bin" | "env" | "one.toml" | "two.toml", ..] => true,
                _ => false,
            }
        };
        everything.iter().filter(|path| !belongs(path)).cloned().collect()
    }

    fn kept(&self) -> PathBuf {
        self.machine.home().with_file_name("kept")
    }
}

/// Copies a directory with its hard links, links and times.
fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(status.expect("cp starts").success(), "{}", from.display());
}

/// `generations/3-0123456789ab/bin` as `generations/0123456789ab/bin`.
fn unnumbered(path: &str) -> String {
    let Some((before, after)) = path.split_once("/generations/") else { return path.to_owned() };
    let name = after.split_once('-').map_or(after, |(_, name)| name);
    format!("{before}/generations/{name}")
}

/// A package with a command and a dependency.
pub(crate) fn hello(version: &str) -> BuiltWheel {
    Wheel::new("hello", version).requires("other>=2").console("hello", "hello:main").build()
}

/// Another one that needs the same.
pub(crate) fn bye(version: &str) -> BuiltWheel {
    Wheel::new("bye", version).requires("other>=2").console("bye", "bye:main").build()
}

/// A lock that names wheels by hash and by address below that of an index.
fn lock(origin: &str, wheels: &[BuiltWheel]) -> String {
    let mut text = "lock-version = \"1.0\"\ncreated-by = \"test\"\n".to_owned();
    for wheel in wheels {
        let version = wheel.file_name.split('-').nth(1).expect("a wheel's name has a version");
        let (name, file, sha256) = (&wheel.project, &wheel.file_name, wheel.sha256());
        let url = format!("{origin}/files/{file}");
        let _ = write!(
            text,
            "[[packages]]\nname = \"{name}\"\nversion = \"{version}\"\n[[packages.wheels]]\nname = \"{file}\"\nurl = \
             \"{url}\"\nhashes = {{ sha256 = \"{sha256}\" }}\n"
        );
    }
    text
}
