//! `exec`: any program in the environment of an app.

use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::state::{AppName, Context, Use, not_installed, use_current};
use crate::vocab::join_relative;

use super::run::{check_intact, removed_variables};

/// The environment of an app, for programs that are started in it.
#[derive(Debug)]
pub struct AppEnvironment {
    pub root: PathBuf,
    /// The directory of its programs, in the order in which they are looked for before those on PATH.
    pub programs: PathBuf,
    /// Variables of the caller that programs in it do not get.
    pub removed_variables: &'static [&'static str],
    /// Keeps others from removing the environment.
    pub usage: Use,
}

/// The environment of an installed app.
///
/// # Errors
/// [`AppError::NotInstalled`], and [`AppError::Damaged`] for an app that lost files with the power, or its Python.
pub fn app_environment(context: &Context<'_>, app: &AppName) -> Result<AppEnvironment, AppError> {
    let Some((current, usage)) = use_current(context, app)? else {
        return Err(not_installed(context.host, context.directories, app)?);
    };
    check_intact(context, &current)?;
    let record = &current.record;
    let script = record.commands.first().map(|command| join_relative(&current.root, &command.script));
    let programs = script.as_deref().and_then(Path::parent).unwrap_or(&current.root).to_owned();
    let removed_variables = removed_variables(&record.request);
    Ok(AppEnvironment { root: current.root, programs, removed_variables, usage })
}
