//! `pin` and `unpin`: `upgrade` leaves a pinned app as it is.

use crate::app::error::AppError;
use crate::app::state::{AppName, AppState, Context, lock_installed, not_installed};
use crate::vocab::Version;

/// The wish for a pin, or for none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pinning {
    Pin,
    Unpin,
}

/// The outcome of `pin` and `unpin`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Pinned {
    Changed { version: Version },
    Unchanged { version: Version },
}

/// Pins an app, or takes its pin away. The pin is a file of its own: it belongs to no generation, so that `rollback` leaves
/// it as it is.
///
/// # Errors
/// [`AppError::NotInstalled`] when there is no app of that name.
pub fn pin(context: &Context<'_>, app: &AppName, pinning: Pinning) -> Result<Pinned, AppError> {
    let Context { host, directories, .. } = *context;
    let _lock = lock_installed(context, app)?;
    let state = AppState::read(host, directories, app)?;
    let Some(current) = state.current() else { return Err(not_installed(host, directories, app)?) };
    let version = current.record.version.clone();
    let path = state.directories.pin();
    match (pinning, state.is_pinned) {
        (Pinning::Pin, true) | (Pinning::Unpin, false) => return Ok(Pinned::Unchanged { version }),
        (Pinning::Pin, false) => host.files.write_atomic(&path, b"")?,
        (Pinning::Unpin, true) => host.files.remove_file(&path)?,
    }
    Ok(Pinned::Changed { version })
}
