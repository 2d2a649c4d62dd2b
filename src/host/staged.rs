//! A directory that is filled beside its target.
#![expect(clippy::disallowed_methods, reason = "this is part of the access to files")]

use std::fs;
use std::path::{Path, PathBuf};

use super::Files;
use super::checkpoint::checkpoint;
use super::file_error::{FileError, failed};
use super::file_retry::retry_while_in_use;
use super::staged_name::staged_name;

/// A directory filled beside its target and put in place with one rename. Dropped before that, it is removed.
#[derive(Debug)]
pub struct Staged {
    path: PathBuf,
    target: PathBuf,
    committed: bool,
}

impl Files {
    /// Creates a directory beside its target; see [`Staged`].
    pub fn stage(self, target: &Path) -> Result<Staged, FileError> {
        if let Some(directory) = target.parent() {
            self.create_dirs(directory)?;
        }
        let path = staged_name(target);
        self.create_dir(&path)?;
        Ok(Staged { path, target: target.to_owned(), committed: false })
    }
}

impl Staged {
    /// The directory to fill.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the directory in place. If the target has been created in the meantime, it stays and this one is removed.
    pub fn commit(mut self) -> Result<(), FileError> {
        checkpoint("disk");
        let renamed = retry_while_in_use(|| match fs::rename(&self.path, &self.target) {
            Err(_) if self.target.is_dir() => Ok(false),
            renamed => renamed.map(|()| true),
        });
        self.committed = renamed.map_err(failed("write", &self.target))?;
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if !self.committed {
            // The error that led here is the one to report; a sweep removes the rest later, by its name.
            let _ = Files.remove_tree(&self.path);
        }
    }
}
