//! The directories that a change writes to, and the file systems that they lie on.

use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::state::{Context, cache, home};
use crate::host::{FileError, FileSystem, Host};

/// The use of a directory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PlaceUse {
    /// The home: apps, and the store of unpacked wheels.
    Home,
    /// The launchers of commands.
    Commands,
    /// Downloads, index pages and metadata.
    Cache,
    /// The environment of `sync`.
    Environment,
}

/// A directory that a change writes to.
#[derive(Debug)]
pub struct Place {
    pub usage: PlaceUse,
    pub path: PathBuf,
    /// False if it is yet to be created.
    pub exists: bool,
    /// `None` where the system does not describe it.
    pub file_system: Option<FileSystem>,
    /// The error for a directory that is somebody else's.
    pub foreign: Option<AppError>,
    /// The reason why nothing can be written there, if there is one.
    pub unwritable: Option<FileError>,
}

impl Place {
    /// Looks at a directory, and tries to write a file there.
    pub(in crate::app) fn inspect(host: &Host, usage: PlaceUse, path: &Path) -> Self {
        Self { unwritable: host.files.check_writable(path).err(), ..Self::described(host, usage, path) }
    }

    /// Looks at a directory, and writes nothing.
    pub(in crate::app) fn described(host: &Host, usage: PlaceUse, path: &Path) -> Self {
        Self {
            usage,
            path: path.to_owned(),
            exists: host.files.is_dir(path),
            file_system: host.files.file_system(path).ok(),
            foreign: None,
            unwritable: None,
        }
    }
}

/// The directories of every change: home, commands, cache.
pub fn inspect_places(context: &Context<'_>) -> Vec<Place> {
    let Context { host, directories, .. } = *context;
    let inspect = |usage, path: &Path| Place::inspect(host, usage, path);
    vec![
        Place { foreign: home::check(host, directories).err(), ..inspect(PlaceUse::Home, &directories.home) },
        inspect(PlaceUse::Commands, &directories.bin_dir),
        Place { foreign: cache::check(host, directories).err(), ..inspect(PlaceUse::Cache, &directories.cache_dir) },
    ]
}
