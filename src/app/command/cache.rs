//! `cache`: the files that can be removed without harm to installed apps: cached pages, metadata and downloads, and wheels
//! in the store and managed Pythons that no app needs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use crate::fetch::downloads_lock;
use crate::host::{Event, Host, Sharing, is_staged};
use crate::store::{Store, files_below};

use crate::app::error::AppError;
use crate::app::state::{
    AppName, AppState, Context, Directories, ManagedPython, Ownership, all_apps, cache, home, is_cached, sweep,
    sweep_pythons, unused_pythons, visible_apps,
};

use super::uninstall::uninstall;

/// The age from which a cached page, or the metadata of a wheel, is pruned.
const STALE: Duration = Duration::from_hours(30 * 24);

/// The size of the cache, and of the unneeded part of the home.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct CacheSize {
    /// Pages, metadata, interrupted downloads, facts about interpreters.
    pub cache_files: u64,
    pub cache_bytes: u64,
    /// Wheels in the store that no app needs but those that `run` made.
    pub unused_wheels: u64,
    pub unused_bytes: u64,
    /// Managed Pythons that were fetched for apps, and that no app needs but those that `run` made.
    pub unused_pythons: u64,
    pub python_bytes: u64,
    /// Apps that `run` made.
    pub run_environments: u64,
    /// Their files, which share space with those of their wheels where the file system allows it.
    pub run_bytes: u64,
}

/// The extent of a sweep.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// Everything that can be fetched again.
    All,
    /// Interrupted downloads, old files, and wheels that no app needs.
    Stale,
}

/// The outcome of a sweep.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Swept {
    /// The size of what was removed.
    #[serde(flatten)]
    pub size: CacheSize,
    /// Files and directories in the cache and the home that Kingbolt did not create.
    pub kept: Vec<PathBuf>,
}

/// The size of everything that can be removed.
pub fn cache_size(context: &Context<'_>) -> Result<CacheSize, AppError> {
    let Context { host, directories, .. } = *context;
    let mut size = CacheSize::default();
    if cache::ownership(host, directories)? == Ownership::Ours {
        for path in cached_files(host, directories)? {
            let Some(metadata) = host.files.metadata_if_present(&path)? else { continue };
            size.cache_files += 1;
            size.cache_bytes += metadata.len();
        }
    }
    if home::is_ours(host, directories)? {
        for (_, bytes) in unneeded_wheels(host, directories)? {
            size.unused_wheels += 1;
            size.unused_bytes += bytes;
        }
        for python in unneeded_pythons(host, directories)? {
            size.unused_pythons += 1;
            size.python_bytes += python.record.bytes;
        }
        for app in hidden_apps(host, directories)? {
            size.run_environments += 1;
            size.run_bytes += installed_bytes(host, directories, &app);
        }
    }
    Ok(size)
}

/// Removes files from the cache and the store, and returns their size. Apps and environments stay whole, and so does
/// everything that Kingbolt did not create.
///
/// # Errors
/// `Busy` while another process downloads or installs; [`AppError::NotOurs`] if the cache or the home is somebody else's.
pub fn sweep_cache(context: &Context<'_>, scope: Scope) -> Result<Swept, AppError> {
    let Context { host, directories, .. } = *context;
    cache::check(host, directories)?;
    home::check(host, directories)?;
    let mut swept = Swept::default();
    if cache::ownership(host, directories)? == Ownership::Ours {
        swept.kept.extend(cache::others(host, directories)?);
        sweep_files(host, directories, scope, &mut swept.size)?;
    }
    if home::is_ours(host, directories)? {
        swept.kept.extend(home::others(host, directories)?);
        sweep_home(context, &mut swept.size)?;
    }
    cache::remove_if_empty(host, directories);
    home::remove_if_empty(host, directories);
    Ok(swept)
}

/// The content of a sweep that is not carried out.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PlannedSweep {
    /// The size of what would be removed.
    pub size: CacheSize,
    /// The directories that would go with everything in them.
    pub directories: Vec<PathBuf>,
    /// The files that would go from directories that stay.
    pub files: Vec<PathBuf>,
    /// Files and directories in the cache and the home that Kingbolt did not create.
    pub kept: Vec<PathBuf>,
}

/// Plans [`sweep_cache`] without changing anything.
///
/// # Errors
/// [`AppError::NotOurs`] if the cache or the home is somebody else's.
pub fn plan_sweep(context: &Context<'_>, scope: Scope) -> Result<PlannedSweep, AppError> {
    let Context { host, directories, .. } = *context;
    cache::check(host, directories)?;
    home::check(host, directories)?;
    let mut plan = PlannedSweep::default();
    if cache::ownership(host, directories)? == Ownership::Ours {
        plan.kept.extend(cache::others(host, directories)?);
        let lock = downloads_lock(&directories.cache_dir);
        let obsolete = obsolete_files(host, directories, scope)?;
        plan.size.cache_files = obsolete.len() as u64;
        plan.size.cache_bytes = obsolete.iter().map(|(_, size)| size).sum();
        for bucket in cache::buckets(host, directories)? {
            let below: Vec<&PathBuf> =
                obsolete.iter().map(|(path, _)| path).filter(|path| path.starts_with(&bucket)).collect();
            // The lock of the downloads goes with the last of them.
            if files_below(host, &bucket)?.iter().all(|path| *path == lock || below.contains(&path)) {
                plan.directories.push(bucket);
            } else {
                plan.files.extend(below.into_iter().cloned());
            }
        }
    }
    if home::is_ours(host, directories)? {
        plan.kept.extend(home::others(host, directories)?);
        for (entry, bytes) in unneeded_wheels(host, directories)? {
            plan.size.unused_wheels += 1;
            plan.size.unused_bytes += bytes;
            plan.directories.push(entry);
        }
        for python in unneeded_pythons(host, directories)? {
            plan.size.unused_pythons += 1;
            plan.size.python_bytes += python.record.bytes;
            plan.directories.push(python.root);
            plan.files.push(directories.python_record(&python.name));
        }
        for app in hidden_apps(host, directories)? {
            plan.size.run_environments += 1;
            plan.size.run_bytes += installed_bytes(host, directories, &app);
            plan.directories.push(directories.app(&app).root().to_owned());
        }
    }
    Ok(plan)
}

/// Removes the apps that `run` made, unless they are in use, and the wheels that no other app needs.
fn sweep_home(context: &Context<'_>, swept: &mut CacheSize) -> Result<(), AppError> {
    let Context { host, directories, .. } = *context;
    let unneeded = match unneeded_wheels(host, directories) {
        // The store is left alone then, which is said below.
        Err(AppError::Malformed { .. } | AppError::NewerSchema { .. }) => Vec::new(),
        unneeded => unneeded?,
    };
    let pythons = match unneeded_pythons(host, directories) {
        Err(AppError::Malformed { .. } | AppError::NewerSchema { .. }) => Vec::new(),
        unneeded => unneeded?,
    };
    for app in hidden_apps(host, directories)? {
        let bytes = installed_bytes(host, directories, &app);
        match uninstall(context, &app) {
            Ok(_) => {
                swept.run_environments += 1;
                swept.run_bytes += bytes;
            }
            Err(AppError::InUse { .. } | AppError::Lock(_) | AppError::NotInstalled { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    sweep_store(context)?;
    sweep_pythons(context)?;
    for python in pythons {
        if host.files.kind(&python.root)?.is_none() {
            swept.unused_pythons += 1;
            swept.python_bytes += python.record.bytes;
        }
    }
    for (entry, bytes) in unneeded {
        if host.files.kind(&entry)?.is_none() {
            swept.unused_wheels += 1;
            swept.unused_bytes += bytes;
        }
    }
    Ok(())
}

/// The apps that `run` made.
fn hidden_apps(host: &Host, directories: &Directories) -> Result<Vec<AppName>, AppError> {
    let mut apps = all_apps(host, directories)?;
    apps.retain(AppName::is_hidden);
    Ok(apps)
}

/// The bytes of the generations of an app, as far as they can be read.
fn installed_bytes(host: &Host, directories: &Directories, app: &AppName) -> u64 {
    let state = AppState::read(host, directories, app);
    state.map_or(0, |state| state.generations.iter().map(|generation| generation.record.bytes).sum())
}

/// The wheels that only apps of `run` need, if any does, with their sizes.
fn unneeded_wheels(host: &Host, directories: &Directories) -> Result<Vec<(PathBuf, u64)>, AppError> {
    let needed = sweep::needed_by(host, directories, &visible_apps(host, directories)?)?;
    let entries = Store::open(&directories.store()).list_unneeded(host, &needed)?;
    entries.into_iter().map(|entry| Ok((entry.clone(), bytes_below(host, &entry)?))).collect()
}

/// The managed Pythons that only apps of `run` need, if any does.
fn unneeded_pythons(host: &Host, directories: &Directories) -> Result<Vec<ManagedPython>, AppError> {
    unused_pythons(host, directories, &visible_apps(host, directories)?)
}

fn sweep_store(context: &Context<'_>) -> Result<(), AppError> {
    let Context { host, directories, .. } = *context;
    let store = Store::open(&directories.store());
    if host.files.kind(store.root())?.is_some() {
        let sweep = store.sweep(host)?;
        match sweep::needed(host, directories) {
            Ok(needed) => {
                for entry in store.list_unneeded(host, &needed)? {
                    sweep.remove_entry(host, &entry)?;
                }
            }
            Err(error @ (AppError::Malformed { .. } | AppError::NewerSchema { .. })) => {
                let message =
                    format!("the store was not cleaned up, because the wheels that an app needs are unknown: {error}");
                context.progress.event(Event::Warning { message: &message });
            }
            Err(error) => return Err(error),
        }
        sweep.clear_unfinished(host)?;
        sweep.finish(host)?;
    }
    Ok(())
}

fn sweep_files(host: &Host, directories: &Directories, scope: Scope, swept: &mut CacheSize) -> Result<(), AppError> {
    let lock = downloads_lock(&directories.cache_dir);
    let downloads = lock.parent().unwrap_or(&lock).to_owned();
    let alone = host.locks.try_take(&lock, Sharing::Exclusive)?;
    for (path, size) in obsolete_files(host, directories, scope)? {
        swept.cache_files += 1;
        swept.cache_bytes += size;
        host.files.remove_file(&path)?;
    }
    let of_locks = host.locks.path_of(&downloads);
    if of_locks != downloads {
        let kept = host.locks.path_of(&lock);
        for path in host.files.list(&of_locks)?.iter().filter(|path| **path != kept) {
            host.files.remove_file(path)?;
        }
    }
    alone.remove();
    host.locks.remove_moved_dir(host.files, &downloads);
    host.locks.remove_moved_dir(host.files, &directories.cache_dir);
    Ok(())
}

/// The files of our cache that a sweep removes, with their sizes.
fn obsolete_files(host: &Host, directories: &Directories, scope: Scope) -> Result<Vec<(PathBuf, u64)>, AppError> {
    let lock = downloads_lock(&directories.cache_dir);
    let mut obsolete = Vec::new();
    for path in cached_files(host, directories)? {
        // Another process may have moved the file to its place meanwhile.
        let Some(metadata) = host.files.metadata_if_present(&path)? else { continue };
        let is_download = lock.parent().is_some_and(|downloads| path.starts_with(downloads));
        let is_stale = || metadata.modified().is_ok_and(|written| host.clock.since(written) > STALE);
        let goes = scope == Scope::All || is_download || is_staged(&path) || is_stale();
        if goes && path != lock {
            obsolete.push((path, metadata.len()));
        }
    }
    Ok(obsolete)
}

/// The files of our cache.
fn cached_files(host: &Host, directories: &Directories) -> Result<Vec<PathBuf>, AppError> {
    let mut files = Vec::new();
    for bucket in cache::buckets(host, directories)? {
        files.extend(files_below(host, &bucket)?);
    }
    if !host.files.is_private_directory(&directories.cache_dir) {
        // Somebody else may just have put a link in the place of a directory.
        files.retain(|path| is_cached(path));
    }
    Ok(files)
}

fn bytes_below(host: &Host, directory: &Path) -> Result<u64, AppError> {
    let mut bytes = 0;
    for path in files_below(host, directory)? {
        bytes += host.files.metadata_if_present(&path)?.map_or(0, |metadata| metadata.len());
    }
    Ok(bytes)
}
