//! Checks of the directories of a change, before anything is resolved, downloaded or built. Changes nothing.

use std::path::Path;

use crate::app::error::AppError;
use crate::app::state::{AppName, Context};

use super::link_commands::check_writable;

/// Fails early if an app cannot be installed here: its commands could not be placed, or could not be started.
///
/// # Errors
/// [`AppError::HomeNotExecutable`] for a home from which nothing can be started.
pub(in crate::app) fn check_directories(context: &Context<'_>, app: &AppName) -> Result<(), AppError> {
    check_home_executable(context, app)?;
    check_writable(context, app)
}

/// Fails if nothing can be started from the generations of an app.
pub(in crate::app) fn check_home_executable(context: &Context<'_>, app: &AppName) -> Result<(), AppError> {
    let directories = context.directories;
    if context.host.files.forbids_execution(&directories.app(app).generations())? {
        return Err(AppError::HomeNotExecutable { path: directories.home.clone() });
    }
    Ok(())
}

/// Fails if nothing can be started from an environment.
pub(super) fn check_environment_executable(context: &Context<'_>, root: &Path) -> Result<(), AppError> {
    if context.host.files.forbids_execution(root)? {
        return Err(AppError::EnvironmentNotExecutable { path: root.to_owned() });
    }
    Ok(())
}
