//! Where things lie on disk (docs/architecture.md, "On disk").

use std::path::{Path, PathBuf};

use crate::host::{FileLock, Host, Sharing};

use crate::app::AppName;

/// The three directories that everything of Kingbolt lies in. All absolute.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Places {
    pub home: PathBuf,
    pub bin_dir: PathBuf,
    pub cache_dir: PathBuf,
}

impl Places {
    /// The directory that holds one directory per application.
    pub fn apps(&self) -> PathBuf {
        self.home.join("apps")
    }

    /// The unpacked wheels.
    pub fn store(&self) -> PathBuf {
        self.home.join("store")
    }

    /// The directory of the locks of applications and environments.
    pub fn locks(&self) -> PathBuf {
        self.home.join("locks")
    }

    /// The lock held by whoever changes an environment outside the home.
    pub fn environment_lock(&self, root: &Path) -> PathBuf {
        self.locks().join(format!("environment-{}", crate::app::fingerprint(&root.to_string_lossy())))
    }

    /// The directory of an application.
    pub fn app(&self, name: &AppName) -> AppPlaces {
        AppPlaces { root: self.apps().join(name.as_str()), lock: self.locks().join(name.as_str()) }
    }
}

/// Where the parts of one application lie.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AppPlaces {
    root: PathBuf,
    lock: PathBuf,
}

impl AppPlaces {
    /// The application's own directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The lock held by whoever changes the application. It lies outside its directory, which comes and goes.
    pub fn lock(&self) -> &Path {
        &self.lock
    }

    /// The pointer to the current generation.
    pub fn pointer(&self) -> PathBuf {
        self.root.join("current")
    }

    /// The receipt.
    pub fn receipt(&self) -> PathBuf {
        self.root.join("receipt.toml")
    }

    /// The directory that holds the generations.
    pub fn generations(&self) -> PathBuf {
        self.root.join("generations")
    }
}

/// Removes the directories of the home that hold nothing any more.
pub(in crate::app) fn remove_empty_home(host: &Host, places: &Places) {
    clear_locks(host, places);
    for directory in [places.apps(), places.store(), places.locks(), places.home.clone()] {
        // A directory that is not empty stays, and that is no error.
        let _ = host.files.remove_dir(&directory);
    }
}

/// Removes the locks that killed processes left of applications that are not there, and of environments, whose locks go
/// whenever nobody works on them. What cannot be removed does no harm.
fn clear_locks(host: &Host, places: &Places) {
    for path in host.files.list(&places.locks()).unwrap_or_default() {
        let Some(name) = path.file_name() else { continue };
        let is_there = || host.files.is_dir(&places.apps().join(name));
        if !is_there()
            && let Ok(lock) = FileLock::try_take(&path, Sharing::Exclusive)
            && !is_there()
        {
            lock.remove();
        }
    }
}
