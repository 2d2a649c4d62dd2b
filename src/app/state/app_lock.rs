//! The locks of apps and environments: whoever changes one holds its lock.

use std::path::Path;
use std::time::Duration;

use crate::app::error::AppError;

use super::context::Context;
use super::directories::create_private_home;
use super::home;
use super::installed_apps::not_installed;
use super::name::AppName;

use crate::host::{FileKind, FileLock, Sharing};

/// The longest wait for another process.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Takes a lock, and makes sure that the home has its marker. Another process gets a moment to finish; then it is busy.
///
/// # Errors
/// [`AppError::NotOurs`] for a home of somebody else.
pub(in crate::app) fn lock(context: &Context<'_>, path: &Path) -> Result<FileLock, AppError> {
    home::check(context.host, context.directories)?;
    create_private_home(context.host, context.directories);
    let Context { host, directories, progress, .. } = *context;
    let held = host.locks.wait(path, Sharing::Exclusive, &host.interrupt, Some(TIME_LIMIT), progress);
    // A full disk may have had room for the directory of the locks, but not for the lock.
    let held = held.inspect_err(|_| home::remove_if_empty(host, directories))?;
    let ready = held.check().map_err(AppError::from).and_then(|()| home::mark(context.host, context.directories));
    match ready {
        Ok(()) => Ok(held),
        Err(error) => {
            held.remove();
            Err(error)
        }
    }
}

/// Takes the lock of an app that exists.
///
/// # Errors
/// [`AppError::NotInstalled`] when it does not, or was removed meanwhile.
pub(in crate::app) fn lock_installed(context: &Context<'_>, app: &AppName) -> Result<FileLock, AppError> {
    let Context { host, directories, .. } = *context;
    let of_app = directories.app(app);
    let exists = || {
        let is_ours = home::is_ours(host, directories)?;
        Ok::<_, AppError>(is_ours && host.files.kind(of_app.root())? == Some(FileKind::Directory))
    };
    if !exists()? {
        return Err(not_installed(host, directories, app)?);
    }
    let lock = lock(context, of_app.lock())?;
    if !exists()? {
        // The process that removed the app removed its lock too, and this one created the lock again.
        lock.remove();
        home::remove_if_empty(host, directories);
        return Err(not_installed(host, directories, app)?);
    }
    Ok(lock)
}
