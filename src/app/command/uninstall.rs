//! `uninstall`: removes an app and everything that only it needed.

use std::path::PathBuf;

use crate::app::change::{BinDirectory, SharedLinks};
use crate::app::error::AppError;
use crate::app::state::{
    AppDirectories, AppName, AppState, Context, Ownership, SweepScope, lock, not_installed, sweep, sweep_pythons,
    unused, wheels_of_unfinished,
};
use crate::app::state::{generation, home, pointer};
use crate::host::{FileError, FileKind, checkpoint, is_staged};

/// The outcome of `uninstall`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Uninstalled {
    pub app: AppName,
    /// The commands that were on PATH.
    pub commands: Vec<String>,
    /// Files and directories among those of the app that Kingbolt did not create.
    pub kept: Vec<PathBuf>,
}

/// Removes an app.
///
/// # Errors
/// [`AppError::NotInstalled`] when there is none of that name. After any other error a retry continues.
pub fn uninstall(context: &Context<'_>, app: &AppName) -> Result<Uninstalled, AppError> {
    let host = context.host;
    let directories = context.directories.app(app);
    let others = match home::ownership(host, context.directories)? {
        Ownership::Theirs { .. } => None,
        Ownership::Empty | Ownership::Ours => home::others_of_app(host, &directories)?,
    };
    // A removal that was killed just before its end leaves the lock alone.
    let is_killed = || {
        host.files.kind(directories.root()).is_ok_and(|kind| kind.is_none())
            && home::is_lock(host, &host.locks.path_of(directories.lock()))
    };
    if others.is_none() && !is_killed() {
        // A removal that was killed at its very end leaves empty directories.
        home::remove_if_empty(host, context.directories);
        return Err(not_installed(host, context.directories, app)?);
    }
    let lock = lock(context, directories.lock())?;
    // A damaged pointer or record must not keep an app from being removed.
    let state = AppState::read(host, context.directories, app).ok();
    let current = state.as_ref().and_then(AppState::current);
    let commands = current.map(|current| current.record.commands.clone()).unwrap_or_default();
    // A program that still has to read its modules would fail later, for no reason that anybody could see.
    let generations = generation::directories(host, &directories)?;
    let unused = unused(host, &directories, &generations)?;
    if !generations.iter().all(|(name, _)| unused.contains(name)) {
        return Err(AppError::InUse { app: app.clone(), source: None });
    }
    let mut wheels = match &state {
        Some(state) => wheels_of_unfinished(context, &state.unfinished)?,
        None => SweepScope::AllUnneeded,
    };
    for generation in state.iter().flat_map(|state| &state.generations) {
        wheels.add(&generation.record);
    }
    let bin_directory = BinDirectory::of(context, app);
    // While this app still works, so that at no instant a command starts nothing.
    bin_directory.give_back(host)?;
    // On Windows a running program keeps its directory: when that shows, nothing has been removed yet.
    put_aside(context, &directories).map_err(|error| in_use(app, error))?;
    checkpoint("generations put aside");
    unused.remove_locks(host, &directories);
    bin_directory.remove_others(host, &[])?;
    SharedLinks::of(context, app).remove_others(&[])?;
    bin_directory.clear_leftovers(host, &commands)?;
    pointer::remove(host, &directories)?;
    sweep(context, &wheels)?;
    sweep_pythons(context)?;
    let kept = remove_directories(context, &directories).map_err(|error| in_use(app, error))?;
    checkpoint("app removed");
    lock.remove();
    checkpoint("lock removed");
    home::remove_if_empty(host, context.directories);
    let commands = commands.into_iter().map(|command| command.name).collect();
    Ok(Uninstalled { app: app.clone(), commands, kept })
}

/// Renames the generations, all at once unless there is something else among them.
fn put_aside(context: &Context<'_>, directories: &AppDirectories) -> Result<(), FileError> {
    let files = context.host.files;
    let entries = files.list(&directories.generations())?;
    if entries.iter().all(|entry| home::is_generation(entry)) {
        return files.put_tree_aside(&directories.generations()).map(drop);
    }
    let generations = entries.iter().filter(|entry| home::is_generation(entry) && !is_staged(entry));
    generations.into_iter().try_for_each(|generation| files.put_tree_aside(generation).map(drop))
}

/// Removes everything of an app but what is not ours, and returns that.
fn remove_directories(context: &Context<'_>, directories: &AppDirectories) -> Result<Vec<PathBuf>, FileError> {
    let files = context.host.files;
    if !files.is_dir(&directories.pin()) {
        files.remove_file(&directories.pin())?;
    }
    for entry in files.list(&directories.generations())?.iter().filter(|entry| home::is_generation(entry)) {
        files.remove_any(entry)?;
    }
    for entry in files.list(&directories.records())?.iter().filter(|entry| home::is_record(entry)) {
        files.remove_any(entry)?;
    }
    for entry in files.list(directories.root())?.iter().filter(|entry| is_staged(entry)) {
        files.remove_any(entry)?;
    }
    if !files.is_dir(&directories.receipt()) {
        files.remove_file(&directories.receipt())?;
    }
    let mut kept = Vec::new();
    for directory in [directories.generations(), directories.records(), directories.root().to_owned()] {
        if files.kind(&directory)? == Some(FileKind::Directory) {
            let within = files.list(&directory)?;
            if within.is_empty() {
                files.remove_dir(&directory)?;
            }
            let is_listed = |entry: &PathBuf| kept.iter().any(|kept: &PathBuf| kept.starts_with(entry));
            let others: Vec<PathBuf> = within.into_iter().filter(|entry| !is_listed(entry)).collect();
            kept.extend(others);
        }
    }
    kept.sort();
    Ok(kept)
}

fn in_use(app: &AppName, source: FileError) -> AppError {
    if source.is_in_use() { AppError::InUse { app: app.clone(), source: Some(source) } } else { source.into() }
}
