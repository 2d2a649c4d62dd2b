//! The directory of one build: what it reads and writes lies below, and goes with it.

use std::path::{Path, PathBuf};

use crate::host::{FileError, Host, Staged};

/// A temporary directory for one build.
#[derive(Debug)]
pub struct Room {
    directory: Staged,
}

impl Room {
    /// A room with its empty directories.
    pub fn new(host: &Host, target: &Path) -> Result<Self, FileError> {
        let room = Self { directory: host.files.stage(target)? };
        for directory in [room.home(), room.metadata(), room.temporary(), room.wheels()] {
            host.files.create_dir(&directory)?;
        }
        Ok(room)
    }

    /// The downloaded archive.
    pub fn archive(&self) -> PathBuf {
        self.at("archive")
    }

    /// The isolated environment of the backend.
    pub fn environment(&self) -> PathBuf {
        self.at("environment")
    }

    /// The home directory of the backend.
    pub fn home(&self) -> PathBuf {
        self.at("home")
    }

    /// The output of the backend.
    pub fn log(&self) -> PathBuf {
        self.at("log")
    }

    /// The directory that the backend writes metadata into.
    pub fn metadata(&self) -> PathBuf {
        self.at("metadata")
    }

    /// The answer of a hook.
    pub fn answer(&self) -> PathBuf {
        self.at("answer.json")
    }

    /// The unpacked source.
    pub fn source(&self) -> PathBuf {
        self.at("source")
    }

    /// The directory for temporary files of the backend.
    pub fn temporary(&self) -> PathBuf {
        self.at("tmp")
    }

    /// The directory that the backend writes the wheel into.
    pub fn wheels(&self) -> PathBuf {
        self.at("wheels")
    }

    fn at(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}
