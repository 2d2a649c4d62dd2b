//! The apps that are installed.

use crate::app::error::AppError;

use super::directories::{AppDirectories, Directories};
use super::name::AppName;

use crate::host::{FileKind, Host};

use super::generation;
use super::home;
use super::records::Records;

/// The names of all apps but those that `run` made.
pub fn visible_apps(host: &Host, directories: &Directories) -> Result<Vec<AppName>, AppError> {
    let mut names = all_apps(host, directories)?;
    names.retain(|name| !name.is_hidden());
    Ok(names)
}

/// The names of everything that has a directory among the apps, hidden ones included.
pub(in crate::app) fn all_apps(host: &Host, directories: &Directories) -> Result<Vec<AppName>, AppError> {
    let mut names = Vec::new();
    if !home::is_ours(host, directories)? {
        return Ok(names);
    }
    for path in host.files.list(&directories.apps())? {
        if host.files.kind(&path)? == Some(FileKind::Directory)
            && let Some(name) = path.file_name().and_then(|name| name.to_str())
            && let Ok(name) = name.parse()
        {
            names.push(name);
        }
    }
    Ok(names)
}

/// Returns true if an installation of the app was ever finished: an app whose first installation is under way, or was
/// interrupted, is not installed.
pub(in crate::app) fn is_installed(host: &Host, directories: &AppDirectories) -> Result<bool, AppError> {
    if host.files.kind(&directories.pointer())?.is_some() || host.files.kind(&directories.receipt())?.is_some() {
        return Ok(true);
    }
    let records = Records::open(host, directories)?;
    for (name, _) in generation::directories(host, directories)? {
        if host.files.kind(&records.path(&name))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The error for an app that is not installed.
pub(in crate::app) fn not_installed(
    host: &Host,
    directories: &Directories,
    app: &AppName,
) -> Result<AppError, AppError> {
    let mut installed = all_apps(host, directories)?;
    installed.retain(|app| is_installed(host, &directories.app(app)).unwrap_or(true));
    Ok(AppError::NotInstalled { app: app.clone(), installed })
}
