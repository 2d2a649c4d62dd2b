//! The paths of commands in the bin directory, and whose they are: a launcher names its app.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use crate::host::{FileKind, Host};
use crate::launcher::{Sidecar, sidecar_of};
use crate::platform::Os;

use crate::app::error::AppError;
use crate::app::request::CommandSuffix;
use crate::app::state::{AppName, Directories, POINTER};

/// The owner of a path in the bin directory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Owner {
    App(AppName),
    /// There is no file.
    Nobody,
    Other,
}

/// The paths of commands.
#[derive(Clone, Copy, Debug)]
pub(super) struct CommandPaths<'a> {
    pub(super) directories: &'a Directories,
    pub(super) os: Os,
}

impl CommandPaths<'_> {
    /// The path of a command's launcher.
    pub(super) fn path(&self, command: &str) -> PathBuf {
        match self.os {
            Os::Linux | Os::MacOs => self.directories.bin_dir.join(command),
            Os::Windows => self.directories.bin_dir.join(format!("{command}.exe")),
        }
    }

    /// The command whose owner a file in the bin directory names.
    pub(super) fn command_of(&self, path: &Path) -> Option<String> {
        let command = match self.os {
            Os::Linux | Os::MacOs => path.to_owned(),
            Os::Windows => path.with_extension(""),
        };
        let tells = self.os != Os::Windows || sidecar_of(&command) == path;
        command.file_name().and_then(OsStr::to_str).filter(|_| tells).map(str::to_owned)
    }

    /// The app whose command stands in a path.
    ///
    /// # Errors
    /// When the path cannot be read.
    pub(super) fn owner(&self, host: &Host, path: &Path) -> Result<Owner, AppError> {
        let kind = host.files.kind(path)?;
        let target = match self.os {
            Os::Linux | Os::MacOs => match kind {
                None => return Ok(Owner::Nobody),
                // Others may link into an app too: under another name, or into a certain generation.
                Some(FileKind::Symlink) => {
                    let target = host.files.read_link(path)?;
                    let goes_through_pointer = target.iter().any(|part| part == POINTER);
                    goes_through_pointer.then_some(target)
                }
                Some(FileKind::Directory | FileKind::File | FileKind::Other) => None,
            },
            Os::Windows => match host.files.read_if_present(&sidecar_of(path))? {
                None if kind.is_none() => return Ok(Owner::Nobody),
                sidecar => sidecar.and_then(|text| pointer_in(&text)),
            },
        };
        let Some(target) = target else { return Ok(Owner::Other) };
        let name: Option<AppName> = self.app_directory(host, &target).and_then(|name| name.parse().ok());
        let is_launcher = |app: &AppName| match self.os {
            Os::Linux | Os::MacOs => is_name_of(path.file_name(), target.file_name(), app),
            Os::Windows => true,
        };
        Ok(name.filter(is_launcher).map_or(Owner::Other, Owner::App))
    }

    /// Returns true if two names mean the same file in one directory.
    pub(super) fn is_same(&self, one: &OsStr, other: &OsStr) -> bool {
        match self.os {
            Os::Linux | Os::MacOs => one == other,
            Os::Windows => one.to_string_lossy().to_lowercase() == other.to_string_lossy().to_lowercase(),
        }
    }

    /// The directory of an app that a path goes through. The home may have been spelt another way when the
    /// path was written down: through a symbolic link, or with `..`.
    fn app_directory(&self, host: &Host, path: &Path) -> Option<String> {
        let apps = self.directories.apps();
        self.first_below_apps(path).or_else(|| {
            let apps_now = host.files.canonical(&apps).ok()?;
            let is_apps = |above: &&Path| {
                above.file_name() == apps.file_name() && host.files.canonical(above).is_ok_and(|then| then == apps_now)
            };
            let below = path.strip_prefix(path.ancestors().find(is_apps)?).ok()?;
            below.iter().next()?.to_str().map(str::to_owned)
        })
    }

    /// The directory directly below that of all apps which a path goes through.
    fn first_below_apps(&self, path: &Path) -> Option<String> {
        let mut parts = path.components().map(Component::as_os_str);
        for part in self.directories.apps().components() {
            if !self.is_same(parts.next()?, part.as_os_str()) {
                return None;
            }
        }
        parts.next()?.to_str().map(str::to_owned)
    }
}

/// Returns true if a launcher has the name of the program that it starts, or that name with the suffix of the app.
fn is_name_of(launcher: Option<&OsStr>, program: Option<&OsStr>, app: &AppName) -> bool {
    if launcher == program {
        return true;
    }
    let [Some(launcher), Some(program)] = [launcher, program].map(|name| name.and_then(OsStr::to_str)) else {
        return false;
    };
    let suffix = launcher.strip_prefix(program).and_then(|suffix| suffix.parse::<CommandSuffix>().ok());
    suffix.is_some_and(|suffix| suffix.ends(app.as_str()))
}

/// The pointer that a sidecar leads to.
fn pointer_in(sidecar: &[u8]) -> Option<PathBuf> {
    match Sidecar::parse(&String::from_utf8_lossy(sidecar)) {
        Ok(Sidecar::Pointer { pointer, .. }) => Some(pointer),
        Ok(Sidecar::Script { .. }) | Err(_) => None,
    }
}
