//! `uninstall`: an application and everything that only it needed goes.

use crate::host::{FileError, FileKind, checkpoint};

use crate::app::change::bin_directory::Shelf;
use crate::app::change::recover;
use crate::app::change::sweep::sweep;
use crate::app::command::list::not_installed;
use crate::app::state::app_state as state;
use crate::app::state::context::{Context, lock};
use crate::app::state::directories::remove_empty_home;
use crate::app::state::generation;
use crate::app::{AppError, AppName};

/// What was removed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Uninstalled {
    pub app: AppName,
    /// The commands that were on PATH.
    pub commands: Vec<String>,
}

/// Removes an application.
///
/// # Errors
/// [`AppError::NotInstalled`] when there is none of that name. After any other error a retry goes on.
pub fn uninstall(context: &Context<'_>, app: &AppName) -> Result<Uninstalled, AppError> {
    let host = context.host;
    let places = context.places.app(app);
    // The lock alone is what a removal leaves that was killed just before its end.
    if host.files.kind(places.root())? != Some(FileKind::Directory) && !host.files.is_file(places.lock()) {
        // All that a removal leaves that was killed at its very end.
        remove_empty_home(host, context.places);
        return Err(not_installed(context.host, context.places, app)?);
    }
    let lock = lock(context, places.lock())?;
    // A damaged pointer or `complete` must not keep an application from being removed.
    let state = state::read(host, &places).ok();
    let current = state.and_then(|state| state.current);
    let commands = current.map(|current| current.facts.commands).unwrap_or_default();
    // What still has to read its modules would fail at some later time, for no reason that anybody could see.
    let generations = generation::directories(host, &places)?.into_iter().map(|(_, root)| root).collect::<Vec<_>>();
    if !host.directories_in_use(&generations).is_empty() {
        return Err(AppError::InUse { app: app.clone(), source: None });
    }
    // On Windows a program that runs keeps its directory: when that shows, nothing has been removed yet.
    host.files.put_tree_aside(&places.generations()).map_err(|error| in_use(app, error))?;
    checkpoint("generations put aside");
    // They stand aside together, and perhaps those of a removal that was killed.
    let mut aside = Vec::new();
    for path in host.files.list(places.root())? {
        aside.extend(host.files.list(&path).unwrap_or_default());
    }
    let wheels = recover::wheels_in(context, &aside)?;
    let shelf = Shelf::of(host, context.places, app);
    shelf.remove_others(host, &[])?;
    shelf.clear_leftovers(host, &commands)?;
    crate::app::state::pointer::remove(host, &places)?;
    sweep(context, &wheels)?;
    host.files.remove_tree(places.root()).map_err(|error| in_use(app, error))?;
    checkpoint("app removed");
    lock.remove();
    checkpoint("lock removed");
    remove_empty_home(context.host, context.places);
    Ok(Uninstalled { app: app.clone(), commands: commands.into_iter().map(|command| command.name).collect() })
}

fn in_use(app: &AppName, source: FileError) -> AppError {
    if source.is_in_use() { AppError::InUse { app: app.clone(), source: Some(source) } } else { source.into() }
}
