//! A machine with directories on other disks, which can be set back to what they were.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::disk::{Disk, ran};
use crate::support::{BuiltWheel, Index, Machine, Python, Run, Wheel};

/// An index with an application and what it needs, and a machine that uses it.
pub(crate) struct Stage {
    pub(crate) index: Index,
    pub(crate) machine: Machine,
    places: BTreeMap<Place, PathBuf>,
}

/// A directory of Kingbolt's.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Place {
    Bin,
    Cache,
    Home,
}

pub(crate) const EVERYTHING: [Place; 3] = [Place::Bin, Place::Cache, Place::Home];

impl Stage {
    /// `hello` 1.0 is offered; nothing is installed. The places are on the disk, the others elsewhere.
    pub(crate) fn new(disk: &Disk, places: &[Place]) -> Option<Self> {
        Self::with(disk.root(), places)
    }

    /// The same with everything below the home directory.
    pub(crate) fn at_home() -> Option<Self> {
        Self::with(Path::new("nowhere"), &[])
    }

    fn with(disk: &Path, places: &[Place]) -> Option<Self> {
        let python = Python::newest()?;
        let index = Index::complete();
        index.publish(&hello("1.0")).publish(&Wheel::new("other", "2.1").build());
        // What a command leaves when it runs is no debris of an installation.
        let machine = Machine::new()
            .with_python(python)
            .with_index(&index)
            .with_variable("PYTHONDONTWRITEBYTECODE", "1")
            .naming(&disk.display().to_string(), "[DISK]");
        let path = |place: Place| {
            let root = if places.contains(&place) { disk } else { machine.home() };
            (place, root.join(place.directory()))
        };
        let places = EVERYTHING.into_iter().map(path).collect::<BTreeMap<_, _>>();
        let machine =
            places.iter().fold(machine, |machine, (place, path)| machine.with_variable(place.variable(), path));
        Some(Self { index, machine, places })
    }

    /// Where a directory of Kingbolt's is.
    pub(crate) fn place(&self, place: Place) -> &Path {
        &self.places[&place]
    }

    /// Runs Kingbolt, which has to succeed.
    #[track_caller]
    pub(crate) fn succeeds(&self, arguments: &[&str]) {
        let outcome = self.machine.kingbolt(arguments).outcome();
        assert_eq!(outcome.code, Some(0), "{arguments:?} {outcome:?}");
    }

    /// Prepares a run of the application's command.
    pub(crate) fn hello(&self) -> Run<'_> {
        self.machine.program(&self.place(Place::Bin).join("hello"), [""; 0])
    }

    /// Whether the application's command stands and leads to a file.
    pub(crate) fn has_command(&self) -> bool {
        self.place(Place::Bin).join("hello").is_file()
    }

    /// Installs `hello` 1.0 and offers 2.0.
    pub(crate) fn prepare_upgrade(&self) {
        self.succeeds(&["install", "hello", "--quiet"]);
        self.index.publish(&hello("2.0"));
    }

    /// Asserts that the command is the one of a version, and that all is as it was installed.
    #[track_caller]
    pub(crate) fn works(&self, version: &str) {
        self.hello().stdout(&format!("hello from hello {version}\n")).succeeds();
        let outcome = self.machine.kingbolt(["verify", "--quiet"]).outcome();
        assert_eq!(outcome.code, Some(0), "{outcome:?}");
    }

    /// Keeps a copy of Kingbolt's directories.
    pub(crate) fn keep(&self) {
        for (place, path) in &self.places {
            let kept = self.kept(*place);
            let _ = fs::remove_dir_all(&kept);
            if path.exists() {
                copy(path, &kept);
            }
        }
    }

    /// Sets Kingbolt's directories back to the copy.
    pub(crate) fn set_back(&self) {
        for (place, path) in &self.places {
            if path.exists() {
                fs::remove_dir_all(path).expect("it is ours");
            }
            if self.kept(*place).exists() {
                copy(&self.kept(*place), path);
            }
        }
    }

    /// All that stands in Kingbolt's directories, sorted; of the cache what is not finished, but for downloads, which
    /// the next run goes on from. Numbers of generations are left out, since a number is never used twice, so that equal ones count once; and marks of
    /// wheels that nobody made sure of, since a failed upgrade may have done that.
    pub(crate) fn standing_beside_downloads(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (place, root) in &self.places {
            let counts =
                |path: &String| (*place != Place::Cache || path.contains(".kingbolt-")) && !path.ends_with("/unsynced");
            let below = everything(root).into_iter().filter(counts);
            found.extend(below.map(|path| unnumbered(&format!("{}/{path}", place.directory()))));
        }
        found.sort();
        found.dedup();
        found
    }

    fn kept(&self, place: Place) -> PathBuf {
        self.machine.home().with_file_name(format!("kept {}", place.directory()))
    }
}

impl Place {
    fn directory(self) -> &'static str {
        match self {
            Self::Bin => "bin",
            Self::Cache => "cache",
            Self::Home => "kingbolt",
        }
    }

    fn variable(self) -> &'static str {
        match self {
            Self::Bin => "KINGBOLT_BIN_DIR",
            Self::Cache => "KINGBOLT_CACHE_DIR",
            Self::Home => "KINGBOLT_HOME",
        }
    }
}

/// A package with a command and a dependency.
pub(crate) fn hello(version: &str) -> BuiltWheel {
    let filling = "x".repeat(20_000);
    let wheel = Wheel::new("hello", version).requires("other>=2").console("hello", "hello:main");
    wheel.file("hello/data.txt", filling).file("hello/more/__init__.py", "").build()
}

/// Copies a directory with its hard links, links and times.
fn copy(from: &Path, to: &Path) {
    ran(&["cp", "-a", &from.display().to_string(), &to.display().to_string()]).expect("there is space");
}

/// Every path below a directory, relative to it; links are not followed.
pub(crate) fn everything(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        let Ok(entries) = fs::read_dir(&directory) else { continue };
        for entry in entries {
            let path = entry.expect("an entry can be read").path();
            found.push(path.strip_prefix(root).expect("it was found there").to_string_lossy().into_owned());
            if path.is_dir() && !path.is_symlink() {
                directories.push(path);
            }
        }
    }
    found
}

/// `generations/3-0123456789ab/bin` as `generations/0123456789ab/bin`.
fn unnumbered(path: &str) -> String {
    let Some((before, after)) = path.split_once("/generations/") else { return path.to_owned() };
    let name = after.split_once('-').map_or(after, |(_, name)| name);
    format!("{before}/generations/{name}")
}
