//! `uninstall`: removes an app and everything that only it needed.

use crate::app::change::{BinDirectory, SweepScope, sweep, wheels_of_unfinished};
use crate::app::error::AppError;
use crate::app::state::{AppName, AppState, Context, lock, not_installed, remove_empty_home};
use crate::app::state::{generation, pointer};
use crate::host::{FileError, FileKind, checkpoint};

/// The outcome of `uninstall`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Uninstalled {
    pub app: AppName,
    /// The commands that were on PATH.
    pub commands: Vec<String>,
}

/// Removes an app.
///
/// # Errors
/// [`AppError::NotInstalled`] when there is none of that name. After any other error a retry continues.
pub fn uninstall(context: &Context<'_>, app: &AppName) -> Result<Uninstalled, AppError> {
    let host = context.host;
    let directories = context.directories.app(app);
    // A removal that was killed just before its end leaves the lock alone.
    if host.files.kind(directories.root())? != Some(FileKind::Directory) && !host.files.is_file(directories.lock()) {
        // A removal that was killed at its very end leaves empty directories.
        remove_empty_home(host, context.directories);
        return Err(not_installed(host, context.directories, app)?);
    }
    let lock = lock(context, directories.lock())?;
    // A damaged pointer or record must not keep an app from being removed.
    let state = AppState::read(host, context.directories, app).ok();
    let current = state.as_ref().and_then(AppState::current);
    let commands = current.map(|current| current.record.commands.clone()).unwrap_or_default();
    // A program that still has to read its modules would fail later, for no reason that anybody could see.
    let generations =
        generation::directories(host, &directories)?.into_iter().map(|(_, root)| root).collect::<Vec<_>>();
    if !host.directories_in_use(&generations).is_empty() {
        return Err(AppError::InUse { app: app.clone(), source: None });
    }
    let mut wheels = match &state {
        Some(state) => wheels_of_unfinished(context, &state.unfinished)?,
        None => SweepScope::AllUnneeded,
    };
    for generation in state.iter().flat_map(|state| &state.generations) {
        wheels.add(&generation.record);
    }
    // On Windows a running program keeps its directory: when that shows, nothing has been removed yet.
    host.files.put_tree_aside(&directories.generations()).map_err(|error| in_use(app, error))?;
    checkpoint("generations put aside");
    let bin_directory = BinDirectory::of(context, app);
    bin_directory.remove_others(host, &[])?;
    bin_directory.clear_leftovers(host, &commands)?;
    pointer::remove(host, &directories)?;
    sweep(context, &wheels)?;
    host.files.remove_tree(directories.root()).map_err(|error| in_use(app, error))?;
    checkpoint("app removed");
    lock.remove();
    checkpoint("lock removed");
    remove_empty_home(host, context.directories);
    Ok(Uninstalled { app: app.clone(), commands: commands.into_iter().map(|command| command.name).collect() })
}

fn in_use(app: &AppName, source: FileError) -> AppError {
    if source.is_in_use() { AppError::InUse { app: app.clone(), source: Some(source) } } else { source.into() }
}
