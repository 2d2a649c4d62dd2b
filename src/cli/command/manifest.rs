//! Manifests as typed on the command line.

use std::path::Path;

use crate::app::{AppError, InvalidManifest, Manifest};
use crate::cli::error::CliError;
use crate::cli::invocation::Invocation;
use crate::cli::setting::LONGEST_SETTINGS;
use crate::cli::settings::absolute;

/// Reads a manifest. Relative paths in it start from its directory.
pub(super) fn read(invocation: &Invocation<'_>, typed: &str) -> Result<Manifest, CliError> {
    let host = invocation.host;
    let path = absolute(&host.environment, Path::new(typed));
    if host.files.kind(&path).is_ok_and(|kind| kind.is_none()) {
        return Err(AppError::NoSuchFile { path }.into());
    }
    let text = host.files.read_text_at_most(&path, LONGEST_SETTINGS).map_err(AppError::from)?;
    let mut manifest = Manifest::parse(&text).map_err(|source| invalid(&path, source))?;
    if let Some(directory) = path.parent() {
        manifest.apps.values_mut().for_each(|request| request.make_absolute(directory));
    }
    if let Some(app) = manifest.apps.keys().find(|app| app.is_hidden()) {
        return Err(CliError::AppName { text: app.to_string() });
    }
    Ok(manifest)
}

fn invalid(path: &Path, source: InvalidManifest) -> CliError {
    CliError::Manifest { path: path.to_owned(), source }
}
