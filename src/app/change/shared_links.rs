//! The links to manual pages and completions of apps, in the directory `share` beside the bin directory. Like launchers they
//! lead through the pointer, and name their app by that. A file of somebody else is never replaced.
//!
//! Only on Unix, and only if the bin directory is called `bin`: `man` finds `share/man` beside such a directory of PATH.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::app::environment::shared_directories;
use crate::app::error::AppError;
use crate::app::state::{AppName, Context};
use crate::host::{Event, checkpoint};
use crate::platform::Os;
use crate::vocab::join_relative;

use super::command_paths::{CommandPaths, Owner};

/// The links of one app.
#[derive(Clone, Copy)]
pub(in crate::app) struct SharedLinks<'a> {
    context: &'a Context<'a>,
    paths: CommandPaths<'a>,
    app: &'a AppName,
    /// The directory that holds `share`; `None` if nothing is linked.
    root: Option<&'a Path>,
}

impl<'a> SharedLinks<'a> {
    /// The links on this system.
    pub(in crate::app) fn of(context: &'a Context<'a>, app: &'a AppName) -> Self {
        let paths = CommandPaths { directories: context.directories, os: Os::current() };
        let bin_dir = &context.directories.bin_dir;
        let is_linked = match paths.os {
            Os::Linux | Os::MacOs => bin_dir.file_name() == Some(OsStr::new("bin")) && !app.is_hidden(),
            Os::Windows => false,
        };
        Self { context, paths, app, root: bin_dir.parent().filter(|_| is_linked) }
    }

    /// Links files of the current generation, and removes the links to others. An app works without them, so that a link
    /// that cannot be made is no failure.
    pub(in crate::app) fn bring_in_line(&self, files: &[String]) -> Result<(), AppError> {
        for (file, path) in self.places(files) {
            if let Err(error) = self.link(file, &path) {
                let message = format!("`{}` was not linked: {error}", path.display());
                self.context.progress.event(Event::Warning { message: &message });
            }
        }
        self.remove_others(files)
    }

    /// Removes the links of this app to all files but some, and directories that hold nothing without them.
    pub(in crate::app) fn remove_others(&self, keep: &[String]) -> Result<(), AppError> {
        let kept: Vec<PathBuf> = self.places(keep).into_iter().map(|(_, path)| path).collect();
        for path in self.own()?.iter().filter(|path| !kept.contains(path)) {
            self.context.host.files.remove_file(path)?;
            checkpoint("shared file removed");
            self.remove_empty_directories(path)?;
        }
        Ok(())
    }

    /// Removes the directories of a link that hold nothing without it.
    fn remove_empty_directories(&self, link: &Path) -> Result<(), AppError> {
        let files = self.context.host.files;
        let below_root = |directory: &&Path| Some(*directory) != self.root;
        for directory in link.ancestors().skip(1).take_while(below_root) {
            if !files.list(directory)?.is_empty() {
                break;
            }
            files.remove_dir(directory)?;
        }
        Ok(())
    }

    /// The links that are missing, without those in whose places somebody else has a file.
    pub(in crate::app) fn missing(&self, files: &[String]) -> Result<Vec<PathBuf>, AppError> {
        let mut missing = Vec::new();
        for (_, path) in self.places(files) {
            if self.paths.owner(self.context.host, &path)? == Owner::Nobody {
                missing.push(path);
            }
        }
        Ok(missing)
    }

    /// All links of this app.
    pub(in crate::app) fn own(&self) -> Result<Vec<PathBuf>, AppError> {
        let Some(root) = self.root else { return Ok(Vec::new()) };
        let host = self.context.host;
        let mut own = Vec::new();
        for directory in shared_directories() {
            for path in host.files.list(&join_relative(root, &directory))? {
                if self.paths.owner(host, &path)? == Owner::App(self.app.clone()) {
                    own.push(path);
                }
            }
        }
        Ok(own)
    }

    fn places<'f>(&self, files: &'f [String]) -> Vec<(&'f String, PathBuf)> {
        let place = |root: &Path| files.iter().map(|file| (file, join_relative(root, file))).collect();
        self.root.map(place).unwrap_or_default()
    }

    fn link(&self, file: &str, path: &Path) -> Result<(), AppError> {
        let files = self.context.host.files;
        let target = join_relative(&self.context.directories.app(self.app).pointer(), file);
        match self.paths.owner(self.context.host, path)? {
            Owner::App(app) if app == *self.app => {
                if files.read_link(path)? == target {
                    return Ok(());
                }
                files.remove_file(path)?;
            }
            Owner::Nobody => {}
            Owner::App(_) | Owner::Other => {
                let message = format!("`{}` exists already and stays as it is", path.display());
                self.context.progress.event(Event::Detail { message: &message });
                return Ok(());
            }
        }
        files.create_dirs(path.parent().unwrap_or(path))?;
        files.symlink(&target, path)?;
        checkpoint("shared file linked");
        Ok(())
    }
}
