//! A machine of its own for one test: home, search path and environment, all below one temporary directory.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::index::Index;
use super::python::Python;
use super::run::Run;

/// A directory of Kingbolt's.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Directory {
    Bin,
    Cache,
    Home,
}

impl Directory {
    pub(crate) const ALL: [Self; 3] = [Self::Bin, Self::Cache, Self::Home];

    /// Its name below the home directory.
    pub(crate) fn name(self) -> &'static str {
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

/// Home directory, search path and environment of the executable under test.
#[must_use]
pub(crate) struct Machine {
    /// Removed with all below when the machine goes.
    _root: TempDir,
    root: PathBuf,
    home: PathBuf,
    search_path: Vec<PathBuf>,
    environment: BTreeMap<OsString, OsString>,
    names: Vec<(String, String)>,
    /// Kept running as long as the machine is used.
    index: Option<Index>,
}

impl Machine {
    /// A machine without Python and without a network.
    pub(crate) fn new() -> Self {
        Self::with_home_named("home")
    }

    /// The same with a home directory of a given name.
    pub(crate) fn with_home_named(name: &str) -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let root = directory.path().canonicalize().expect("it was just made");
        let root = PathBuf::from(root.to_string_lossy().trim_start_matches(r"\\?\"));
        let (home, temporary) = (root.join(name), root.join("temporary"));
        let search_path = vec![home.join("bin"), root.join("path")];
        for directory in [&home, &temporary, &root.join("path")] {
            fs::create_dir(directory).expect("the temporary directory can be filled");
        }
        let platform = if cfg!(windows) {
            // As Windows names it.
            format!("win32 {}", std::env::var("PROCESSOR_ARCHITECTURE").unwrap_or_default())
        } else {
            format!("{} {}", std::env::consts::OS, std::env::consts::ARCH)
        };
        // The separators are those of outcomes.
        let netrc = if cfg!(windows) { "%USERPROFILE%/_netrc" } else { "~/.netrc" };
        let mut names = vec![(platform, "[PLATFORM]".to_owned()), (netrc.to_owned(), "[NETRC]".to_owned())];
        names.extend([(shown(&home), "[HOME]".to_owned()), (shown(&root), "[ROOT]".to_owned())]);
        // How people are shown their home directory.
        names.push(("~/".to_owned(), "[HOME]/".to_owned()));
        let machine =
            Self { _root: directory, root, home, search_path, environment: BTreeMap::new(), names, index: None };
        let at = |path: &str| machine.home.join(path).into_os_string();
        let places = [
            ("HOME", at("")),
            ("USERPROFILE", at("")),
            ("LOCALAPPDATA", at("local")),
            ("APPDATA", at("roaming")),
            ("TMPDIR", temporary.clone().into_os_string()),
            ("TMP", temporary.clone().into_os_string()),
            ("TEMP", temporary.into_os_string()),
            // There are no accelerators, unless a test puts files there.
            ("KINGBOLT_TEST_ROOT", machine.root.join("system").into_os_string()),
            // Nothing answers there, so that nothing reaches a real index by default.
            ("KINGBOLT_INDEX_URL", "http://127.0.0.1:9/simple/".into()),
        ];
        let machine = places.into_iter().fold(machine, |machine, (name, value)| machine.with_variable(name, value));
        let home = machine.home.clone();
        // No Python is fetched, nor looked for beyond those that are there.
        let machine = machine.with_python_table("schema = 1\norigin = \"http://127.0.0.1:9\"\n[builds]\n");
        machine.with_directories_below(&home, &Directory::ALL)
    }

    /// Makes a table of builds the one of the Pythons to fetch.
    pub(crate) fn with_python_table(self, table: &str) -> Self {
        let path = self.root.join("python-builds.toml");
        fs::write(&path, table).expect("the temporary directory can be filled");
        self.with_variable("KINGBOLT_PYTHON_BUILDS", path)
    }

    /// Moves directories of Kingbolt's.
    pub(crate) fn with_directories_below(self, root: &Path, directories: &[Directory]) -> Self {
        let set = |machine: Self, directory: &Directory| {
            machine.with_variable(directory.variable(), root.join(directory.name()))
        };
        directories.iter().fold(self, set)
    }

    /// Keeps Python from writing bytecode, which is no remainder of an installation.
    pub(crate) fn without_bytecode(self) -> Self {
        self.with_variable("PYTHONDONTWRITEBYTECODE", "1")
    }

    /// Puts a Python on the search path.
    pub(crate) fn with_python(mut self, python: &Python) -> Self {
        self.names.push((shown(&python.executable), "[PYTHON]".to_owned()));
        self.names.push((python.version.clone(), "[PYTHON VERSION]".to_owned()));
        self.names.push((format!("CPython {}", python.minor_version()), "CPython [PYTHON MINOR]".to_owned()));
        if cfg!(unix) {
            self.with_program("python3", |path| link(&python.executable, path))
        } else {
            self.search_path.extend(python.executable.parent().map(Path::to_owned));
            self
        }
    }

    /// Puts a program on the search path, written by a function that is given its path.
    pub(crate) fn with_program(self, name: &str, write: impl FnOnce(&Path)) -> Self {
        write(&self.root.join("path").join(name));
        self
    }

    /// Makes an index the one to use.
    pub(crate) fn with_index(mut self, index: &Index) -> Self {
        self.names.push((index.origin(), "[INDEX]".to_owned()));
        self.index = Some(index.clone());
        self.with_variable("KINGBOLT_INDEX_URL", index.url())
    }

    /// Shows a text as a name in what is compared.
    pub(crate) fn naming(mut self, text: &str, name: &str) -> Self {
        self.names.push((text.to_owned(), name.to_owned()));
        self
    }

    pub(crate) fn with_variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.into(), value.as_ref().to_owned());
        self
    }

    /// Sets a variable to a path below the home directory.
    pub(crate) fn with_variable_below_home(self, name: &str, path: &str) -> Self {
        let path = self.home.join(path);
        self.with_variable(name, path)
    }

    pub(crate) fn without_variable(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    /// Prepares a run of Kingbolt.
    pub(crate) fn kingbolt<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Run<'_> {
        self.program(Path::new(env!("CARGO_BIN_EXE_kingbolt")), arguments)
    }

    /// Prepares a run of a command from the bin directory.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, name: &str, arguments: impl IntoIterator<Item = S>) -> Run<'_> {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        self.program(&self.directory(Directory::Bin).join(file), arguments)
    }

    /// Checks that `verify` finds these apps, each told by name and version, and no problem. The number of their files
    /// depends on the platform.
    #[track_caller]
    pub(crate) fn verifies(&self, apps: &[&str]) {
        let outcome = self.kingbolt(["verify"]).outcome();
        let told: Vec<_> = outcome.stdout.lines().map(|line| line.split_once(": ").unwrap_or((line, ""))).collect();
        let is_verified = |text: &str| {
            let words: Vec<&str> = text.split(' ').collect();
            let is_count = |word: &str| word.parse::<u32>().is_ok();
            matches!(*words, [files, "files", "in", packages, "package," | "packages,", "no", "problems"]
                if is_count(files) && is_count(packages))
        };
        assert!(
            (outcome.code, outcome.stderr.as_str()) == (Some(0), "")
                && told.iter().map(|(app, _)| *app).eq(apps.iter().copied())
                && told.iter().all(|(_, text)| is_verified(text)),
            "{}",
            outcome.shown()
        );
    }

    /// Prepares a run of any program.
    pub(crate) fn program<S: AsRef<OsStr>>(&self, program: &Path, arguments: impl IntoIterator<Item = S>) -> Run<'_> {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.home).env_clear().envs(&self.environment);
        for name in ["SYSTEMROOT", "PATHEXT", "PROCESSOR_ARCHITECTURE"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.env("PATH", std::env::join_paths(&self.search_path).expect("no path has a separator in it"));
        Run::new(command, &self.names)
    }

    /// The directory that stands for `/` where Kingbolt looks for accelerators.
    pub(crate) fn system(&self) -> &Path {
        Path::new(&self.environment[OsStr::new("KINGBOLT_TEST_ROOT")])
    }

    pub(crate) fn home(&self) -> &Path {
        &self.home
    }

    /// The path of a directory of Kingbolt's.
    pub(crate) fn directory(&self, directory: Directory) -> &Path {
        Path::new(&self.environment[OsStr::new(directory.variable())])
    }

    /// Writes a file below the home directory, with its directories.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home.join(path);
        fs::create_dir_all(path.parent().expect("it is below home")).expect("home can be filled");
        fs::write(&path, content).expect("home can be filled");
        path
    }

    /// Rewrites every file in a directory of the cache.
    pub(crate) fn rewrite_cached(&self, directory: &str, rewrite: impl Fn(&str) -> String) {
        let directory = self.home.join("cache").join(directory);
        for path in listing(&directory) {
            let text = fs::read_to_string(directory.join(&path)).expect("it is text");
            fs::write(directory.join(path), rewrite(&text)).expect("the cache can be written");
        }
    }

    /// The files below the home directory, cache included, with a text in them.
    pub(crate) fn containing(&self, text: &str) -> Vec<String> {
        let holds = |path: &String| {
            let content = fs::read(self.home.join(path)).unwrap_or_default();
            content.windows(text.len()).any(|window| window == text.as_bytes())
        };
        self.everything().into_iter().filter(holds).collect()
    }

    /// Every file below the home directory, cache included, and directories where they are empty.
    pub(crate) fn everything(&self) -> Vec<String> {
        listing(&self.home)
    }

    /// The same as [`Self::files`] without the store, in which a failed installation leaves wheels for a retry.
    pub(crate) fn files_beside_store(&self) -> Vec<String> {
        let is_beside = |path: &String| !path.starts_with("kingbolt/store/") && path != "kingbolt/kingbolt-home";
        self.files().into_iter().filter(is_beside).collect()
    }

    /// Every file below the home directory, relative and sorted, and directories where they are empty; left out are the
    /// cache, and the bin directory when it is empty. The directory for temporary files must be empty.
    pub(crate) fn files(&self) -> Vec<String> {
        assert_eq!(listing(&self.root.join("temporary")), Vec::<String>::new());
        self.everything().into_iter().filter(|path| !path.starts_with("cache/") && path != "bin/").collect()
    }
}

/// Every file below a directory, and empty directories with a final `/`; links are not followed.
pub(crate) fn listing(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        let entries = fs::read_dir(&directory).expect("a directory can be listed");
        let paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
        if paths.is_empty() && directory != root {
            found.push(format!("{}/", relative(root, &directory)));
        }
        for path in paths {
            if path.is_dir() && !path.is_symlink() {
                directories.push(path);
            } else {
                found.push(relative(root, &path));
            }
        }
    }
    found.sort();
    found
}

fn relative(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).expect("it was found there").to_string_lossy().replace('\\', "/")
}

/// A path as redaction sees it.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().into_owned();
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

#[cfg(unix)]
fn link(target: &Path, path: &Path) {
    std::os::unix::fs::symlink(target, path).expect("a link can be made");
}

#[cfg(not(unix))]
fn link(_target: &Path, _path: &Path) {}
