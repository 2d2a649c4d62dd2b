//! The cache directory: ours if it has our marker. Below it, four directories are ours whole; whatever else lies there is
//! somebody else's, and stays.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::error::AppError;
use crate::host::{Event, FileKind, Host, is_staged};

use super::context::Context;
use super::directories::Directories;
use super::marked_directory::MarkedDirectory;
use super::marker::{Ownership, is_lost_and_found};
use super::unmarked_cache;

const CACHE: MarkedDirectory = MarkedDirectory::Cache;

/// The directories of the cache.
const BUCKETS: [&str; 4] = ["downloads", "interpreters", "metadata", "pages"];

/// The owner of the cache directory. One of version 0.1.0 has no marker: it is recognized by its content.
pub(in crate::app) fn ownership(host: &Host, directories: &Directories) -> Result<Ownership, AppError> {
    if CACHE.is_marked(host, &directories.cache_dir)? {
        return Ok(Ownership::Ours);
    }
    if host.files.kind(&directories.cache_dir)?.is_some() && !host.files.is_dir(&directories.cache_dir) {
        // Whoever writes into it reports the error of the system.
        return Ok(Ownership::Empty);
    }
    if let Some(entry) = others(host, directories)?.into_iter().next() {
        return Ok(Ownership::Theirs { entry });
    }
    unmarked_cache::ownership(host, &buckets(host, directories)?)
}

/// Refuses a cache directory that is somebody else's.
///
/// # Errors
/// [`AppError::NotOurs`].
pub(in crate::app) fn check(host: &Host, directories: &Directories) -> Result<(), AppError> {
    match ownership(host, directories)? {
        Ownership::Empty | Ownership::Ours => Ok(()),
        Ownership::Theirs { entry } => {
            Err(AppError::NotOurs { kind: CACHE, directory: directories.cache_dir.clone(), entry })
        }
    }
}

/// Makes sure that the cache directory has our marker and is closed to other users, as far as it can be written: whoever
/// needs to write into it reports that it cannot be. Warns once if other users can write to it all the same.
///
/// # Errors
/// [`AppError::NotOurs`] for a directory that is somebody else's, and for one with a link in the place of a directory of
/// the cache.
pub(in crate::app) fn mark(context: &Context<'_>) -> Result<(), AppError> {
    let Context { host, directories, .. } = *context;
    let is_marked = check_directories(host, directories)?;
    // A home in the cache may be for others too.
    if !directories.home.starts_with(&directories.cache_dir) {
        let _ = host.files.create_private_dirs(&directories.cache_dir);
    }
    if !is_marked {
        let _ = CACHE.mark(host, &directories.cache_dir);
    }
    warn_of_others(context);
    Ok(())
}

/// Refuses the same directories, and changes nothing.
pub(in crate::app) fn inspect(context: &Context<'_>) -> Result<(), AppError> {
    check_directories(context.host, context.directories)?;
    warn_of_others(context);
    Ok(())
}

/// Warns once if other users can write to the cache.
fn warn_of_others(context: &Context<'_>) {
    static WARNED: AtomicBool = AtomicBool::new(false);
    let Context { host, directories, .. } = *context;
    let cache_dir = &directories.cache_dir;
    if host.files.is_dir(cache_dir)
        && !host.files.is_private_directory(cache_dir)
        && !WARNED.swap(true, Ordering::Relaxed)
    {
        let message = format!(
            "other users can write to the cache {}: its pages and metadata are not used, and its downloads only if their \
             hashes are known",
            cache_dir.display()
        );
        context.progress.event(Event::Warning { message: &message });
    }
}

/// The cache directory, if it has our marker: a command that changes something makes sure of that first, and one that only
/// plans or reads creates none.
pub(in crate::app) fn marked<'a>(host: &Host, directories: &'a Directories) -> Option<&'a Path> {
    let is_marked = matches!(check_directories(host, directories), Ok(true));
    is_marked.then_some(directories.cache_dir.as_path())
}

/// The same, if nobody else can write to it.
pub(in crate::app) fn usable<'a>(host: &Host, directories: &'a Directories) -> Option<&'a Path> {
    marked(host, directories).filter(|cache_dir| host.files.is_private_directory(cache_dir))
}

/// Refuses a directory that is somebody else's, or has a link in the place of a directory of the cache. Returns true for one
/// with our marker.
fn check_directories(host: &Host, directories: &Directories) -> Result<bool, AppError> {
    let cache_dir = &directories.cache_dir;
    let is_marked = CACHE.is_marked(host, cache_dir)?;
    if !is_marked {
        check(host, directories)?;
    }
    for entry in BUCKETS.map(|name| cache_dir.join(name)) {
        // No link is followed below the cache.
        if !matches!(host.files.kind(&entry), Ok(None | Some(FileKind::Directory)) | Err(_)) {
            return Err(AppError::NotOurs { kind: CACHE, directory: cache_dir.clone(), entry });
        }
    }
    Ok(is_marked)
}

/// The directories of the cache that exist.
pub(in crate::app) fn buckets(host: &Host, directories: &Directories) -> Result<Vec<PathBuf>, AppError> {
    let mut buckets = Vec::new();
    for bucket in BUCKETS.map(|name| directories.cache_dir.join(name)) {
        if host.files.kind(&bucket)? == Some(FileKind::Directory) {
            buckets.push(bucket);
        }
    }
    Ok(buckets)
}

/// The entries of the cache directory that are not of the cache.
pub(in crate::app) fn others(host: &Host, directories: &Directories) -> Result<Vec<PathBuf>, AppError> {
    let cache_dir = &directories.cache_dir;
    let buckets = buckets(host, directories)?;
    let is_ours = |entry: &PathBuf| {
        buckets.contains(entry)
            || *entry == cache_dir.join(CACHE.marker())
            || is_staged(entry)
            || is_lost_and_found(entry)
            || is_of_home(directories, entry)
            || [&directories.home, &directories.bin_dir].iter().any(|path| path.starts_with(entry))
    };
    Ok(host.files.list(cache_dir)?.into_iter().filter(|entry| !is_ours(entry)).collect())
}

/// Returns true if a directory is the cache, and an entry of it has the name of one of the cache's: one directory may be
/// home and cache.
pub(in crate::app) fn is_own_name(directories: &Directories, directory: &Path, entry: &Path) -> bool {
    let is_own = |name: &&str| entry == directory.join(name);
    directory == directories.cache_dir && BUCKETS.iter().chain([&CACHE.marker()]).any(is_own)
}

/// Returns true if the directory is the home, too, and an entry has the name of one of the home's.
fn is_of_home(directories: &Directories, entry: &Path) -> bool {
    let marker = directories.home.join(MarkedDirectory::Home.marker());
    let apps = [directories.apps(), directories.environments(), directories.locks()];
    let own = apps.into_iter().chain([directories.store(), directories.pythons(), marker]);
    directories.cache_dir == directories.home && own.into_iter().any(|path| path == entry)
}

/// Removes what is empty of the cache.
pub(in crate::app) fn remove_if_empty(host: &Host, directories: &Directories) {
    for bucket in BUCKETS.map(|name| directories.cache_dir.join(name)) {
        // One that is not empty stays.
        let _ = host.files.remove_dir(&bucket);
    }
    CACHE.remove_if_empty(host, &directories.cache_dir);
}
