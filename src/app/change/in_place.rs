//! The switch of an environment in its own directory. The new environment is built in a directory within it. Then the
//! files of the previous one are moved aside, the new ones are moved to their places, and the record completes them.
//! Files of the person stay where they are all the time.
//!
//! The directory itself is not moved: it may be a mount point, be reached through a symbolic link, or be the working
//! directory of a shell.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::state::{BuiltEnvironment, Directories, Environment, KnownEnvironment, PendingChange};
use crate::host::{FileError, FileKind, Host, checkpoint, random_id, staged_name};
use crate::store::relative;
use crate::vocab::{Algorithm, join_relative};

use super::environment_content::{EnvironmentContent, Planned, survey};

/// The directory of an environment that is being switched. Its lock is held.
pub(in crate::app) struct InPlaceSwitch<'a> {
    host: &'a Host,
    directories: &'a Directories,
    root: &'a Path,
    known: KnownEnvironment,
    /// True once the change in the knowledge of the home is this one, and not an interrupted one.
    has_begun: bool,
}

impl<'a> InPlaceSwitch<'a> {
    /// The switch of a directory.
    pub(in crate::app) fn of(host: &'a Host, directories: &'a Directories, root: &'a Path) -> Result<Self, AppError> {
        let known = KnownEnvironment::read(host, directories, &host.files.canonical_if_present(root))?;
        Ok(Self { host, directories, root, known, has_begun: false })
    }

    /// The content of the directory, as it is without the change that has begun.
    pub(in crate::app) fn survey(
        &self,
        planned: impl FnOnce() -> Result<Planned, AppError>,
    ) -> Result<EnvironmentContent, AppError> {
        let begun = self.known.change.as_ref().filter(|_| self.has_begun).map(|change| change.staged.as_str());
        survey(self.host, self.root, &self.known, begun, planned)
    }

    /// Creates a directory for the new environment in that of the environment, which is created if missing. Returns the
    /// new directory and the random id of the new environment.
    pub(in crate::app) fn begin(&mut self) -> Result<(PathBuf, String), AppError> {
        let host = self.host;
        host.files.create_dirs(self.root)?;
        let name = |of: &str| relative(&staged_name(&self.root.join(of)), self.root);
        let (staged, previous, environment) = (name("new"), name("previous"), random_id());
        let place = self.root.join(&staged);
        let change = PendingChange { environment: environment.clone(), staged, previous, paths: Vec::new() };
        self.known.change = Some(change);
        self.has_begun = true;
        self.known.write(host, self.directories)?;
        host.files.create_dir(&place)?;
        Ok((place, environment))
    }

    /// Moves the previous environment aside and the new one to its place.
    ///
    /// # Errors
    /// [`AppError::InTheWay`] if a file of the person has a path that the new environment needs.
    pub(in crate::app) fn put_in_place(&mut self, content: &mut EnvironmentContent) -> Result<(), AppError> {
        let Some((staged, previous)) = self.places() else { return Ok(()) };
        let paths = everything_below(self.host, &staged)?;
        self.give_way(content, &staged, "")?;
        if let Some(change) = &mut self.known.change {
            change.paths = paths;
        }
        if let Err(error) = self.known.write(self.host, self.directories) {
            // Nothing was moved, and so nothing has to be moved back.
            if let Some(change) = &mut self.known.change {
                change.paths.clear();
            }
            return Err(error);
        }
        for path in &content.ours {
            let path = path.trim_end_matches('/');
            self.rename(&join_relative(self.root, path), &join_relative(&previous, path))?;
        }
        checkpoint("previous set aside");
        if let Some(path) = self.merge(&staged, self.root)?.into_iter().next() {
            return Err(AppError::InTheWay { path });
        }
        checkpoint("new put in place");
        Ok(())
    }

    /// The directories of the new environment that hold nothing.
    pub(in crate::app) fn new_directories(&self) -> Vec<String> {
        let paths = self.known.change.iter().flat_map(|change| &change.paths);
        paths.filter_map(|path| path.strip_suffix('/')).map(str::to_owned).collect()
    }

    /// Writes the record of the new environment, which makes it complete.
    pub(in crate::app) fn write_record(&self, record: &Environment) -> Result<(), AppError> {
        let Some((staged, _)) = self.places() else { return Ok(()) };
        record.write(self.host, &staged, self.root)
    }

    /// The new environment is complete: removes the previous one.
    pub(in crate::app) fn finish(&mut self, record: &Environment) -> Result<(), AppError> {
        let Some((staged, previous)) = self.places() else { return Ok(()) };
        self.host.files.remove_tree(&previous)?;
        self.host.files.remove_tree(&staged)?;
        checkpoint("previous removed");
        let paths = self.known.change.take().map(|change| change.paths).unwrap_or_default();
        self.known.current = Some(BuiltEnvironment { record: record.clone(), paths });
        self.known.write(self.host, self.directories)
    }

    /// Finishes a change whose environment is complete, and undoes any other that was begun: the previous environment
    /// comes back.
    pub(in crate::app) fn restore(&mut self) -> Result<(), AppError> {
        let (Some(change), Some((staged, previous))) = (self.known.change.clone(), self.places()) else {
            return Ok(());
        };
        if let Some(record) = Environment::read(self.host, self.root)?
            && record.environment.as_ref() == Some(&change.environment)
        {
            return self.finish(&record);
        }
        // New files go back to where they were built: what is no longer there was moved to its place.
        let is_built = self.is_directory(&staged)?;
        for path in change.paths.iter().filter(|path| is_built && !path.ends_with('/')) {
            let (built, place) = (join_relative(&staged, path), join_relative(self.root, path));
            if self.host.files.kind(&built)?.is_none()
                && self.leads_through_directories(path)?
                && !matches!(self.host.files.kind(&place)?, None | Some(FileKind::Directory))
            {
                self.rename(&place, &built)?;
            }
        }
        self.remove_empty_directories(&change.paths)?;
        if self.is_directory(&previous)? {
            self.put_back(&previous)?;
        }
        // From here on, a path that is missing among the new files was removed, and not moved. A new name needs no space on
        // the disk, which may be full.
        let discarded = self.root.join(change.discarded());
        if is_built {
            self.host.files.rename(&staged, &discarded)?;
        }
        for directory in [previous, staged, discarded] {
            self.host.files.remove_tree(&directory)?;
        }
        self.known.change = None;
        self.known.write(self.host, self.directories)
    }

    /// Moves the previous files to their places. If other files are there meanwhile, those stay, and the next change builds
    /// the environment again.
    fn put_back(&mut self, previous: &Path) -> Result<(), AppError> {
        let is_whole = self.merge(previous, self.root)?.is_empty();
        if let (false, Some(current)) = (is_whole, &mut self.known.current) {
            current.record.id.clear();
            self.known.write(self.host, self.directories)?;
        }
        Ok(())
    }

    /// The directories of the new environment and of the previous one, during a change.
    fn places(&self) -> Option<(PathBuf, PathBuf)> {
        let change = self.known.change.as_ref()?;
        Some((self.root.join(&change.staged), self.root.join(&change.previous)))
    }

    /// Counts files of the person as ours if the new environment has the same ones, below a directory that both have.
    fn give_way(&self, content: &mut EnvironmentContent, staged: &Path, directory: &str) -> Result<(), AppError> {
        let files = self.host.files;
        for new in files.list(&join_relative(staged, directory))? {
            let name = relative(&new, staged);
            let there = join_relative(self.root, &name);
            let Some(kind) = files.kind(&there)? else { continue };
            if content.ours.contains(&name) || content.ours.contains(&format!("{name}/")) {
                continue;
            }
            if kind == FileKind::Directory && files.kind(&new)? == Some(FileKind::Directory) {
                self.give_way(content, staged, &name)?;
            } else if self.is_same(&there, &new)? {
                content.others.remove(&name);
                content.ours.insert(name);
            } else {
                return Err(AppError::InTheWay { path: there });
            }
        }
        Ok(())
    }

    fn is_same(&self, one: &Path, other: &Path) -> Result<bool, AppError> {
        let Host { files, interrupt, .. } = self.host;
        Ok(match (files.kind(one)?, files.kind(other)?) {
            (Some(FileKind::File), Some(FileKind::File)) => {
                let hash = |path| files.hash::<AppError>(path, Algorithm::Sha256, interrupt);
                hash(one)? == hash(other)?
            }
            (Some(FileKind::Symlink), Some(FileKind::Symlink)) => files.read_link(one)? == files.read_link(other)?,
            _ => false,
        })
    }

    /// Moves everything in a directory into another one. If a path exists there, the file that exists stays; returns these
    /// paths.
    fn merge(&self, from: &Path, to: &Path) -> Result<Vec<PathBuf>, FileError> {
        let files = self.host.files;
        let mut in_the_way = Vec::new();
        for (path, kind) in files.list_with_kinds(from)? {
            let target = to.join(path.file_name().unwrap_or_default());
            match (kind, files.kind(&target)?) {
                (_, None) => files.rename(&path, &target)?,
                (FileKind::Directory, Some(FileKind::Directory)) => {
                    let below = self.merge(&path, &target)?;
                    if below.is_empty() {
                        files.remove_dir(&path)?;
                    }
                    in_the_way.extend(below);
                }
                (_, Some(_)) => in_the_way.push(target),
            }
        }
        Ok(in_the_way)
    }

    /// True if there is a directory at a path, and not a link to one.
    fn is_directory(&self, path: &Path) -> Result<bool, FileError> {
        Ok(self.host.files.kind(path)? == Some(FileKind::Directory))
    }

    /// True if a path leads through directories of the environment, and not through links, which may lead anywhere.
    fn leads_through_directories(&self, path: &str) -> Result<bool, FileError> {
        for (end, _) in path.match_indices('/') {
            if !self.is_directory(&join_relative(self.root, &path[..end]))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), FileError> {
        if let Some(directory) = to.parent() {
            self.host.files.create_dirs(directory)?;
        }
        self.host.files.rename(from, to)
    }

    /// Removes those directories of the new environment that are empty, deepest first, but not one that was as empty in the
    /// previous environment: it may not have been moved aside yet.
    fn remove_empty_directories(&self, paths: &[String]) -> Result<(), FileError> {
        let mut directories: Vec<&str> = Vec::new();
        for path in paths {
            let mut rest = path.as_str();
            while let Some((above, _)) = rest.rsplit_once('/') {
                directories.push(above);
                rest = above;
            }
        }
        directories.sort_unstable();
        directories.dedup();
        let previous = self.known.current.iter().flat_map(|current| &current.paths);
        let were_empty: BTreeSet<&str> = previous.filter_map(|path| path.strip_suffix('/')).collect();
        directories.retain(|directory| !were_empty.contains(directory));
        for directory in directories.into_iter().rev() {
            let path = join_relative(self.root, directory);
            let is_ours = self.leads_through_directories(directory)? && self.is_directory(&path)?;
            if is_ours && self.host.files.list(&path)?.is_empty() {
                self.host.files.remove_dir(&path)?;
            }
        }
        Ok(())
    }
}

/// Every file below a directory, and empty directories with a final `/`; relative, sorted.
fn everything_below(host: &Host, root: &Path) -> Result<Vec<String>, FileError> {
    let mut found = Vec::new();
    let mut directories = vec![root.to_owned()];
    while let Some(directory) = directories.pop() {
        let entries = host.files.list_with_kinds(&directory)?;
        if entries.is_empty() && directory != root {
            found.push(relative(&directory, root) + "/");
        }
        for (path, kind) in entries {
            match kind {
                FileKind::Directory => directories.push(path),
                FileKind::File | FileKind::Other | FileKind::Symlink => found.push(relative(&path, root)),
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}
