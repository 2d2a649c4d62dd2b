//! Launchers: the files in the bin directory that start an application's commands. Derived from the pointer and
//! repaired from it; a file that is not ours is never touched unless that is asked for.
//!
//! On Unix a launcher is a symbolic link through `current`, so that a flip of the pointer changes all commands at
//! once and starting costs nothing. On Windows it is a copy of our launcher executable with a sidecar.

use std::path::{Path, PathBuf};

use crate::host::{FileKind, Host};
use crate::launcher::Sidecar;
use crate::platform::Os;
use crate::venv::Launchers;

use super::generation::{CommandKind, InstalledCommand};
use super::{AppError, AppName, AppPlaces, Places};

/// What to do with files in the bin directory that are not ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Foreign {
    Refuse,
    Replace,
}

/// Whose a file in the bin directory is.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Owner {
    Nobody,
    App(AppName),
    Foreign,
}

/// Where the commands of one application stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shelf<'a> {
    pub places: &'a Places,
    pub app: &'a AppName,
}

impl Shelf<'_> {
    /// Refuses when a command would replace a file that is not this application's.
    pub(super) fn check(&self, host: &Host, commands: &[InstalledCommand], foreign: Foreign) -> Result<(), AppError> {
        if foreign == Foreign::Replace {
            return Ok(());
        }
        for command in commands {
            let path = self.path(&command.name);
            match self.owner(host, &path)? {
                Owner::Nobody => {}
                Owner::App(app) if app == *self.app => {}
                Owner::App(app) => return Err(AppError::CommandTaken { command: command.name.clone(), app }),
                Owner::Foreign => return Err(AppError::CommandForeign { path }),
            }
        }
        Ok(())
    }

    /// Puts the launchers of the commands in place, each in one step.
    pub(super) fn place(&self, host: &Host, commands: &[InstalledCommand]) -> Result<(), AppError> {
        for command in commands {
            let path = self.path(&command.name);
            match Os::current() {
                Os::Linux | Os::MacOs => {
                    let target = self.app_places().pointer().join(&command.script);
                    let stands =
                        host.files.kind(&path)? == Some(FileKind::Symlink) && host.files.read_link(&path)? == target;
                    if !stands {
                        host.files.symlink_atomic(&target, &path)?;
                    }
                }
                Os::Windows => self.place_executable(host, command, &path)?,
            }
        }
        Ok(())
    }

    /// Removes the launchers of this application that are not among the commands to keep.
    pub(super) fn remove_others(&self, host: &Host, keep: &[InstalledCommand]) -> Result<(), AppError> {
        for path in host.files.list(&self.places.bin_dir)? {
            let Some(name) = command_of(&path) else { continue };
            if keep.iter().any(|command| command.name == name) {
                continue;
            }
            if self.owner(host, &path)? == Owner::App(self.app.clone()) {
                host.files.remove_file(&path)?;
                if Os::current() == Os::Windows {
                    host.files.remove_file(&sidecar_path(&path))?;
                }
            }
        }
        Ok(())
    }

    fn place_executable(&self, host: &Host, command: &InstalledCommand, path: &Path) -> Result<(), AppError> {
        let launchers = Launchers::beside(host.environment.executable());
        let original = match command.kind {
            CommandKind::Console => launchers.console,
            CommandKind::Gui => launchers.gui,
        };
        let sidecar = Sidecar::Pointer { pointer: self.app_places().pointer(), command: command.name.clone() };
        let text = sidecar.to_text().map_err(|source| AppError::Sidecar { path: path.to_owned(), source })?;
        host.files.write_atomic(&sidecar_path(path), text.as_bytes())?;
        let executable = host.files.read(&original)?;
        if host.files.read_if_present(path)?.as_ref() != Some(&executable) {
            host.files.write_atomic(path, &executable)?;
        }
        Ok(())
    }

    fn owner(&self, host: &Host, path: &Path) -> Result<Owner, AppError> {
        let pointer = match (host.files.kind(path)?, Os::current()) {
            (None, _) => return Ok(Owner::Nobody),
            (Some(FileKind::Symlink), Os::Linux | Os::MacOs) => Some(host.files.read_link(path)?),
            (Some(_), Os::Linux | Os::MacOs) => None,
            (Some(_), Os::Windows) => match host.files.read_if_present(&sidecar_path(path))? {
                Some(bytes) => match Sidecar::parse(&String::from_utf8_lossy(&bytes)) {
                    Ok(Sidecar::Pointer { pointer, .. }) => Some(pointer),
                    Ok(Sidecar::Script { .. }) | Err(_) => None,
                },
                None => None,
            },
        };
        let below = pointer.as_deref().and_then(|pointer| pointer.strip_prefix(self.places.apps()).ok());
        let app = below.and_then(|below| below.iter().next()).and_then(|name| name.to_str());
        Ok(app.and_then(|name| name.parse().ok()).map_or(Owner::Foreign, Owner::App))
    }

    fn app_places(&self) -> AppPlaces {
        self.places.app(self.app)
    }

    fn path(&self, command: &str) -> PathBuf {
        match Os::current() {
            Os::Linux | Os::MacOs => self.places.bin_dir.join(command),
            Os::Windows => self.places.bin_dir.join(format!("{command}.exe")),
        }
    }
}

fn command_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    match Os::current() {
        Os::Linux | Os::MacOs => Some(name.to_owned()),
        Os::Windows => name.strip_suffix(".exe").map(str::to_owned),
    }
}

fn sidecar_path(executable: &Path) -> PathBuf {
    executable.with_extension("kingbolt")
}
