//! `cache`: what may be removed without hurting anything that is installed: cached pages, metadata and downloads, and
//! wheels in the store that no application needs.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use crate::fetch::{clear_delivered, downloads_lock};
use crate::host::{Event, FileError, FileKind, FileLock, Host, Sharing, is_staged};
use crate::store::{Store, files_below};

use crate::app::change::sweep;
use crate::app::state::context::Context;
use crate::app::state::directories::remove_empty_home;
use crate::app::{AppError, Places};

/// What a cached page, or the metadata of a wheel, has to be older than to be pruned.
const STALE: Duration = Duration::from_hours(30 * 24);

/// What lies in the cache, and beside what is needed in the store.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct CacheSize {
    /// Pages, metadata, downloads that were broken off, what interpreters told of themselves.
    pub cache_files: u64,
    pub cache_bytes: u64,
    /// Wheels in the store that no application needs.
    pub unused_wheels: u64,
    pub unused_bytes: u64,
}

/// How much to remove.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// Everything that can be fetched again.
    All,
    /// What was broken off, what is old, and wheels that nobody needs.
    Stale,
}

/// What may be removed.
pub fn cache_size(host: &Host, places: &Places) -> Result<CacheSize, AppError> {
    let mut size = CacheSize::default();
    for path in files_below(host, &places.cache_dir)? {
        let Some(metadata) = host.files.metadata_if_present(&path)? else { continue };
        size.cache_files += 1;
        size.cache_bytes += metadata.len();
    }
    let needed = sweep::needed(host, places)?;
    for entry in Store::open(&places.store()).unneeded(host, &needed)? {
        size.unused_wheels += 1;
        size.unused_bytes += bytes_below(host, &entry)?;
    }
    Ok(size)
}

/// Removes from the cache and the store, and tells what went. Applications and environments stay whole.
///
/// # Errors
/// `Busy` while somebody downloads or installs.
pub fn sweep_cache(context: &Context<'_>, scope: Scope) -> Result<CacheSize, AppError> {
    let Context { host, places, .. } = *context;
    let mut swept = CacheSize::default();
    if host.files.kind(&places.cache_dir)?.is_some() {
        sweep_files(host, &places.cache_dir, scope, &mut swept)?;
    }
    let store = Store::open(&places.store());
    if host.files.kind(store.root())?.is_some() {
        let sweep = store.sweep()?;
        match sweep::needed(host, places) {
            Ok(needed) => {
                for entry in store.unneeded(host, &needed)? {
                    swept.unused_wheels += 1;
                    swept.unused_bytes += bytes_below(host, &entry)?;
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
    remove_empty_home(host, places);
    Ok(swept)
}

/// Removes what killed processes left in the cache and the store: what is half-written or half-unpacked, and downloads that
/// the store has. A writer that is still there fails to put its file in place, which it can live with: it is a cache.
/// What cannot be removed stays.
pub(in crate::app) fn clear_unfinished(host: &Host, places: &Places) {
    let clear = |directory: &Path| -> Result<(), FileError> {
        if host.files.kind(directory)? == Some(FileKind::Directory) {
            for path in host.files.list(directory)?.iter().filter(|path| is_staged(path)) {
                host.files.remove_any(path)?;
            }
        }
        Ok(())
    };
    for directory in host.files.list(&places.cache_dir).unwrap_or_default() {
        let _ = clear(&directory);
    }
    let store = Store::open(&places.store());
    let _ = store.clear_unfinished(host);
    let _ =
        clear_delivered(host, &places.cache_dir, |sha256| store.find(host, sha256).is_ok_and(|found| found.is_some()));
}

fn sweep_files(host: &Host, cache_dir: &Path, scope: Scope, swept: &mut CacheSize) -> Result<(), AppError> {
    let lock = downloads_lock(cache_dir);
    let downloads = lock.parent().unwrap_or(cache_dir).to_owned();
    let alone = FileLock::try_take(&lock, Sharing::Exclusive)?;
    for path in files_below(host, cache_dir)? {
        // What another process has just put in place is not there any more.
        let Some(metadata) = host.files.metadata_if_present(&path)? else { continue };
        let is_stale = || metadata.modified().is_ok_and(|written| host.clock.since(written) > STALE);
        let goes = scope == Scope::All || path.starts_with(&downloads) || is_staged(&path) || is_stale();
        if goes && path != lock {
            swept.cache_files += 1;
            swept.cache_bytes += metadata.len();
            host.files.remove_file(&path)?;
        }
    }
    alone.remove();
    for directory in host.files.list(cache_dir)? {
        // One that is not empty stays.
        let _ = host.files.remove_dir(&directory);
    }
    let _ = host.files.remove_dir(cache_dir);
    Ok(())
}

fn bytes_below(host: &Host, directory: &Path) -> Result<u64, AppError> {
    let mut bytes = 0;
    for path in files_below(host, directory)? {
        bytes += host.files.metadata_if_present(&path)?.map_or(0, |metadata| metadata.len());
    }
    Ok(bytes)
}
