//! Other apps with a command of the same name. One launcher starts one app: a command that `install --force` took over is
//! linked for the app that took it, until that app goes or no longer has it; then it is linked for another app again.
//!
//! Nothing about this is written down: which app holds a command shows in its launcher, and which others have a command of
//! that name in their current generations.

use serde::Serialize;

use crate::app::error::AppError;
use crate::app::state::{AppName, AppState, Directories, Generation, InstalledCommand, visible_apps};
use crate::host::{FileLock, Host, Sharing};

/// A command of an app that starts another one.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct LostCommand {
    pub command: String,
    /// The app that took it over.
    pub app: AppName,
}

/// An app that gets a command back.
#[derive(Debug)]
pub(super) struct Successor {
    pub app: AppName,
    pub generation: Generation,
    pub command: InstalledCommand,
    /// Keeps it from being changed or removed until its launcher is in place.
    pub _lock: FileLock,
}

/// Returns true if an app is installed and has a command: then a launcher that starts it is as it should be.
pub(super) fn has_command(host: &Host, directories: &Directories, app: &AppName, command: &str) -> bool {
    let state = AppState::read(host, directories, app);
    state.is_ok_and(|state| state.current().is_some_and(|current| command_of(current, command).is_some()))
}

/// The other apps that have a command of that name.
pub(super) fn other_holders(
    host: &Host,
    directories: &Directories,
    leaving: &AppName,
    command: &str,
) -> Result<Vec<AppName>, AppError> {
    let others = visible_apps(host, directories)?.into_iter().filter(|app| app != leaving);
    Ok(others.filter(|app| has_command(host, directories, app, command)).collect())
}

/// The app that gets a command back when another app goes or no longer has it: of several, the one that was changed last.
/// An app that another process changes at this moment links its commands itself.
pub(super) fn successor(
    host: &Host,
    directories: &Directories,
    leaving: &AppName,
    command: &str,
) -> Result<Option<Successor>, AppError> {
    let mut candidates = Vec::new();
    for app in other_holders(host, directories, leaving, command)? {
        if let Ok(lock) = host.locks.try_take(directories.app(&app).lock(), Sharing::Exclusive) {
            candidates.push((app, lock));
        }
    }
    let mut successors = Vec::new();
    for (app, lock) in candidates {
        // Read again, with the lock held.
        let Ok(state) = AppState::read(host, directories, &app) else { continue };
        let Some(current) = state.current() else { continue };
        if let Some(command) = command_of(current, command).cloned() {
            successors.push(Successor { app, generation: current.clone(), command, _lock: lock });
        }
    }
    Ok(successors.into_iter().max_by_key(|successor| successor.generation.record.created))
}

fn command_of<'a>(generation: &'a Generation, command: &str) -> Option<&'a InstalledCommand> {
    let is_same = |one: &&InstalledCommand| {
        one.name == command || (cfg!(windows) && one.name.to_lowercase() == command.to_lowercase())
    };
    generation.record.commands.iter().find(is_same)
}
