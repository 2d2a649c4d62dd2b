//! The locks of apps and environments: whoever changes one holds its lock.

use std::path::Path;
use std::time::Duration;

use crate::app::error::AppError;

use super::context::Context;
use super::directories::{create_private_home, remove_empty_home};
use super::installed_apps::not_installed;
use super::name::AppName;

use crate::host::{Event, FileKind, FileLock, Sharing};

/// The longest wait for another process.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Takes a lock. Another process gets a moment to finish; then it is busy.
pub(in crate::app) fn lock(context: &Context<'_>, path: &Path) -> Result<FileLock, AppError> {
    create_private_home(context.host, context.directories);
    let message = "waiting for another Kingbolt process";
    let on_wait = || context.progress.event(Event::Warning { message });
    let held = FileLock::wait(path, Sharing::Exclusive, &context.host.interrupt, Some(TIME_LIMIT), on_wait)?;
    match held.check() {
        Ok(()) => Ok(held),
        Err(error) => {
            held.remove();
            Err(error.into())
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
    let exists = || Ok::<_, AppError>(host.files.kind(of_app.root())? == Some(FileKind::Directory));
    if !exists()? {
        return Err(not_installed(host, directories, app)?);
    }
    let lock = lock(context, of_app.lock())?;
    if !exists()? {
        // The process that removed the app removed its lock too, and this one created the lock again.
        lock.remove();
        remove_empty_home(host, directories);
        return Err(not_installed(host, directories, app)?);
    }
    Ok(lock)
}
