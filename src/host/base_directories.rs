//! The base directories of the user: the parents of the directories of programs.

use std::path::PathBuf;

use super::Environment;

/// The base directories of the user.
#[derive(Clone, Debug)]
pub struct BaseDirectories {
    /// Files that can be created again.
    pub cache: PathBuf,
    /// Files that belong to this machine.
    pub data: PathBuf,
    /// Commands.
    pub executables: PathBuf,
}

impl BaseDirectories {
    /// The directories of the XDG Base Directory Specification, as on Linux: the directories of macOS have a space in
    /// their path, which a shebang cannot carry.
    #[cfg(target_vendor = "apple")]
    pub(super) fn of_process(environment: &Environment) -> Option<Self> {
        let home = environment.home_dir()?;
        let or =
            |name, default: &[&str]| named(environment, name).unwrap_or_else(|| home.join(PathBuf::from_iter(default)));
        Some(Self {
            cache: or("XDG_CACHE_HOME", &[".cache"]),
            data: or("XDG_DATA_HOME", &[".local", "share"]),
            executables: or("XDG_BIN_HOME", &[".local", "bin"]),
        })
    }

    /// The directories of the XDG Base Directory Specification, or the Known Folders of Windows. The crate reads the
    /// process's environment itself, so this is done once, with the snapshot.
    #[cfg(not(target_vendor = "apple"))]
    pub(super) fn of_process(environment: &Environment) -> Option<Self> {
        let directories = directories::BaseDirs::new()?;
        let local_bin = || directories.home_dir().join(".local").join("bin");
        Some(Self {
            cache: directories.cache_dir().to_owned(),
            data: directories.data_local_dir().to_owned(),
            executables: named(environment, "XDG_BIN_HOME").unwrap_or_else(local_bin),
        })
    }
}

/// The path that a variable of the specification names; a relative one is ignored, as it requires.
fn named(environment: &Environment, name: &str) -> Option<PathBuf> {
    environment.var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}
