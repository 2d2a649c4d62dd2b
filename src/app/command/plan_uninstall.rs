//! `uninstall --dry-run`: names what would go and what would stay. Changes nothing, and takes no lock, which would be a file.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::app::change::{BinDirectory, SharedLinks};
use crate::app::error::AppError;
use crate::app::state::{AppName, AppState, Context, Ownership, all_apps, home, not_installed, sweep, unused_pythons};
use crate::store::Store;

/// The effects that `uninstall` would have on one app.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlannedRemoval {
    pub app: AppName,
    /// The commands that are on PATH.
    pub commands: Vec<String>,
    /// The directories that would go whole.
    pub directories: Vec<PathBuf>,
    /// The other files that would go.
    pub files: Vec<PathBuf>,
    /// Files and directories among those of the app that Kingbolt did not create.
    pub kept: Vec<PathBuf>,
}

/// Plans [`super::uninstall()`].
///
/// # Errors
/// [`AppError::NotInstalled`] when there is no app of that name.
pub fn plan_uninstall(context: &Context<'_>, app: &AppName) -> Result<PlannedRemoval, AppError> {
    let Context { host, directories, .. } = *context;
    let of_app = directories.app(app);
    let kept = match home::ownership(host, directories)? {
        Ownership::Theirs { .. } => None,
        Ownership::Empty | Ownership::Ours => home::others_of_app(host, &of_app)?,
    };
    let Some(kept) = kept else { return Err(not_installed(host, directories, app)?) };
    let state = AppState::read(host, directories, app).ok();
    let commands = state.as_ref().and_then(AppState::current).map(|current| current.record.commands.clone());
    let (mut whole, mut files) = (Vec::new(), BinDirectory::of(context, app).own_launchers(host)?);
    files.extend(SharedLinks::of(context, app).own()?);
    if kept.is_empty() {
        whole.push(of_app.root().to_owned());
    } else {
        for directory in [of_app.generations(), of_app.records(), of_app.root().to_owned()] {
            for entry in host.files.list(&directory)? {
                let holds = |path: &PathBuf| path.starts_with(&entry);
                match host.files.is_dir(&entry) {
                    _ if kept.iter().any(holds) => {}
                    true => whole.push(entry),
                    false => files.push(entry),
                }
            }
        }
    }
    whole.extend(wheels(context, app)?);
    whole.extend(pythons(context, app)?);
    let commands = commands.unwrap_or_default().into_iter().map(|command| command.name).collect();
    Ok(PlannedRemoval { app: app.clone(), commands, directories: whole, files, kept })
}

/// The managed Pythons that only this app needs; none if a damaged app does not say what it needs.
fn pythons(context: &Context<'_>, app: &AppName) -> Result<Vec<PathBuf>, AppError> {
    let Context { host, directories, .. } = *context;
    let apps = all_apps(host, directories)?;
    let others: Vec<AppName> = apps.iter().filter(|other| *other != app).cloned().collect();
    let unused = |apps: &[AppName]| unused_pythons(host, directories, apps);
    let (Ok(before), Ok(after)) = (unused(&apps), unused(&others)) else { return Ok(Vec::new()) };
    Ok(after.into_iter().filter(|python| !before.contains(python)).map(|python| python.root).collect())
}

/// The entries of the store that only this app needs; none if a damaged app does not say what it needs.
fn wheels(context: &Context<'_>, app: &AppName) -> Result<Vec<PathBuf>, AppError> {
    let Context { host, directories, .. } = *context;
    let apps = all_apps(host, directories)?;
    let others: Vec<AppName> = apps.iter().filter(|other| *other != app).cloned().collect();
    let needed = |apps: &[AppName]| sweep::needed_by(host, directories, apps);
    let (Ok(by_all), Ok(by_others)) = (needed(&apps), needed(&others)) else { return Ok(Vec::new()) };
    let store = Store::open(&directories.store());
    let stays: BTreeSet<PathBuf> = store.list_unneeded(host, &by_all)?.into_iter().collect();
    Ok(store.list_unneeded(host, &by_others)?.into_iter().filter(|entry| !stays.contains(entry)).collect())
}
