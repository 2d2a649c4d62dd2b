//! What use cases are given to work with, and how they take turns.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use crate::host::network::Network;
use crate::host::{Event, FileKind, FileLock, Host, Progress, Sharing};

use crate::app::command::list::not_installed;
use crate::app::state::directories::remove_empty_home;
use crate::app::{AppError, AppName, Places};

/// How long another process is waited for.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// What every use case works with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    pub host: &'a Host,
    pub places: &'a Places,
    pub network: &'a Network,
    pub progress: &'a dyn Progress,
    /// Downloads and unpackings at once.
    pub jobs: NonZeroUsize,
}

/// Takes a lock. Another process gets a moment to finish; then it is busy.
pub(in crate::app) fn lock(context: &Context<'_>, path: &Path) -> Result<FileLock, AppError> {
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

/// Takes the lock of an application that is there.
///
/// # Errors
/// [`AppError::NotInstalled`] when it is not, or went meanwhile.
pub(in crate::app) fn lock_installed(context: &Context<'_>, app: &AppName) -> Result<FileLock, AppError> {
    let Context { host, places, .. } = *context;
    let of_app = places.app(app);
    let is_there = || Ok::<_, AppError>(host.files.kind(of_app.root())? == Some(FileKind::Directory));
    if !is_there()? {
        return Err(not_installed(host, places, app)?);
    }
    let lock = lock(context, of_app.lock())?;
    if !is_there()? {
        // Whoever removed the application removed the lock, which this process made anew.
        lock.remove();
        remove_empty_home(host, places);
        return Err(not_installed(host, places, app)?);
    }
    Ok(lock)
}
