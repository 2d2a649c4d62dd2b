//! The directories of Kingbolt and of each app (docs/architecture.md, "On disk").

use std::path::{Path, PathBuf};

use crate::host::{Host, PRIVATE, SHARED};
use crate::python::managed::{BuildName, record_path};

use super::fingerprint::fingerprint;
use super::name::AppName;

/// The name of an app's pointer to its current generation.
pub(in crate::app) const POINTER: &str = "current";

/// The three directories that everything of Kingbolt lies in. All absolute.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Directories {
    pub home: PathBuf,
    pub home_access: HomeAccess,
    pub bin_dir: PathBuf,
    pub cache_dir: PathBuf,
}

/// The users who may access a home that Kingbolt creates.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HomeAccess {
    /// As the umask says: the person chose the directory, and may share it.
    ByUmask,
    /// Its user alone. An existing home of this user is closed to others.
    UserOnly,
}

impl Directories {
    /// The directory that holds one directory per app.
    pub fn apps(&self) -> PathBuf {
        self.home.join("apps")
    }

    /// The unpacked wheels.
    pub fn store(&self) -> PathBuf {
        self.home.join("store")
    }

    /// The Pythons that Kingbolt fetched.
    pub fn pythons(&self) -> PathBuf {
        self.home.join("pythons")
    }

    /// The directory of a managed Python.
    pub fn python(&self, name: &BuildName) -> PathBuf {
        self.pythons().join(name.to_string())
    }

    /// The record of a managed Python, which lies beside its directory: an archive cannot write there.
    pub fn python_record(&self, name: &BuildName) -> PathBuf {
        record_path(&self.python(name))
    }

    /// The directory of the locks of apps and environments.
    pub fn locks(&self) -> PathBuf {
        self.home.join("locks")
    }

    /// The directory of the home's knowledge about environments of `sync`.
    pub fn environments(&self) -> PathBuf {
        self.home.join("environments")
    }

    /// The knowledge about the environment in a directory, whose path has no links in it.
    pub fn environment(&self, root: &Path) -> PathBuf {
        self.environments().join(format!("{}.json", fingerprint(&root.to_string_lossy())))
    }

    /// The lock of an environment outside the home.
    pub fn environment_lock(&self, root: &Path) -> PathBuf {
        self.locks().join(format!("environment-{}", fingerprint(&root.to_string_lossy())))
    }

    /// The directory of an app.
    pub fn app(&self, name: &AppName) -> AppDirectories {
        let (root, lock) = (self.apps().join(name.as_str()), self.locks().join(name.as_str()));
        AppDirectories { root, lock, record_mode: self.record_mode() }
    }

    /// The permission bits, less the umask, of files that remember requests and addresses. They are for their user alone,
    /// unless the person named a home: in one that is shared, others list its apps too.
    pub fn record_mode(&self) -> u32 {
        match self.home_access {
            HomeAccess::ByUmask => SHARED,
            HomeAccess::UserOnly => PRIVATE,
        }
    }
}

/// The directories and files of one app.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AppDirectories {
    root: PathBuf,
    lock: PathBuf,
    record_mode: u32,
}

impl AppDirectories {
    /// The app's own directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The lock of the app. It lies outside its directory, which comes and goes.
    pub fn lock(&self) -> &Path {
        &self.lock
    }

    /// The lock of a generation: shared by the programs that `run` starts from it, exclusive to its removal.
    pub(in crate::app) fn use_lock(&self, generation: &str) -> PathBuf {
        let mut name = self.lock.file_name().unwrap_or_default().to_owned();
        // No name of an app contains this character.
        name.push(format!("+{generation}"));
        self.lock.with_file_name(name)
    }

    /// The locks of generations that exist, each with the name of its generation.
    pub(in crate::app) fn use_locks(&self, host: &Host) -> Vec<(String, PathBuf)> {
        let parent = self.lock.parent().unwrap_or(Path::new(""));
        let app = self.lock.file_name().unwrap_or_default().to_string_lossy();
        let found = host.files.list(&host.locks.path_of(parent)).unwrap_or_default();
        let of_app = |path: &PathBuf| {
            let name = path.file_name()?.to_str()?;
            let generation = name.strip_prefix(&*app)?.strip_prefix('+')?.to_owned();
            Some((generation, parent.join(name)))
        };
        found.iter().filter_map(of_app).collect()
    }

    /// The pointer to the current generation.
    pub fn pointer(&self) -> PathBuf {
        self.root.join(POINTER)
    }

    /// The receipt.
    pub fn receipt(&self) -> PathBuf {
        self.root.join("receipt.toml")
    }

    /// The empty file that pins the app.
    pub fn pin(&self) -> PathBuf {
        self.root.join("pinned")
    }

    /// The permission bits of the receipt and the records: see [`Directories::record_mode`].
    pub fn record_mode(&self) -> u32 {
        self.record_mode
    }

    /// The directory that holds the records of the generations.
    pub fn records(&self) -> PathBuf {
        self.root.join("records")
    }

    /// The directory that holds the generations.
    pub fn generations(&self) -> PathBuf {
        self.root.join("generations")
    }
}

/// Creates a home that is for its user only; any other is created with the first file in it.
pub(in crate::app) fn create_private_home(host: &Host, directories: &Directories) {
    if directories.home_access == HomeAccess::UserOnly {
        // A home that cannot be created is reported by the lock in it, and one that cannot be written has no lock.
        let _ = host.files.create_private_dirs(&directories.home);
    }
}
