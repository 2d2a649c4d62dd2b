//! `export`: the installed apps as a manifest.

use std::collections::BTreeSet;

use crate::app::error::AppError;
use crate::app::state::{AppName, AppState, Context, Manifest, is_installed, visible_apps};

use super::upgrade::request_of;

/// The installed apps, and those that cannot be read.
#[derive(Debug)]
pub struct Exported {
    pub manifest: Manifest,
    pub failed: Vec<(AppName, AppError)>,
}

/// Reads the installed apps, without those that `run` made.
///
/// # Errors
/// If the home cannot be read.
pub fn export(context: &Context<'_>) -> Result<Exported, AppError> {
    let Context { host, directories, .. } = *context;
    let (mut records, mut pinned, mut failed) = (Vec::new(), BTreeSet::new(), Vec::new());
    for app in visible_apps(host, directories)? {
        if !is_installed(host, &directories.app(&app))? {
            continue;
        }
        let state = AppState::read(host, directories, &app);
        match state.and_then(|state| match state.current() {
            Some(current) => {
                pinned.extend(state.is_pinned.then(|| app.clone()));
                Ok(current.record.clone())
            }
            None => Err(damaged(context, &state)),
        }) {
            Ok(record) => records.push(record),
            Err(error) => failed.push((app, error)),
        }
    }
    Ok(Exported { manifest: Manifest::of(&records, pinned), failed })
}

/// The error for an app without a current generation.
fn damaged(context: &Context<'_>, state: &AppState) -> AppError {
    match request_of(context, state) {
        Ok(_) => AppError::Damaged {
            app: state.app.clone(),
            problem: "its current generation is damaged or missing".to_owned(),
        },
        Err(error) => error,
    }
}
