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

const CACHE: MarkedDirectory = MarkedDirectory::Cache;

/// The directories of the cache.
const BUCKETS: [&str; 4] = ["downloads", "interpreters", "metadata", "pages"];

/// The fewest hexadecimal digits of a digest in the name of a cached file: those of MD5.
const DIGITS: usize = 32;

/// The owner of the cache directory. A cache of version 0.1.0 has no marker: it is ours if all of its files have the names
/// of cached files.
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
    let mut is_empty = true;
    for bucket in buckets(host, directories)? {
        for entry in host.files.list(&bucket)? {
            if host.files.kind(&entry)? != Some(FileKind::File) || !is_cached(&entry) {
                return Ok(Ownership::Theirs { entry });
            }
            is_empty = false;
        }
    }
    Ok(if is_empty { Ownership::Empty } else { Ownership::Ours })
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
    static WARNED: AtomicBool = AtomicBool::new(false);
    let Context { host, directories, .. } = *context;
    prepare(host, directories)?;
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
    Ok(())
}

/// The cache directory, if it is ours, or can become ours, and nobody else can write to it.
pub(in crate::app) fn usable<'a>(host: &Host, directories: &'a Directories) -> Option<&'a Path> {
    let is_usable = prepare(host, directories).is_ok() && host.files.is_private_directory(&directories.cache_dir);
    is_usable.then_some(directories.cache_dir.as_path())
}

fn prepare(host: &Host, directories: &Directories) -> Result<(), AppError> {
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
    // A home in the cache may be for others too.
    if !directories.home.starts_with(cache_dir) {
        let _ = host.files.create_private_dirs(cache_dir);
    }
    if !is_marked {
        let _ = CACHE.mark(host, cache_dir);
    }
    Ok(())
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
    let own = [directories.apps(), directories.environments(), directories.store(), directories.locks(), marker];
    directories.cache_dir == directories.home && own.iter().any(|path| path == entry)
}

/// Removes what is empty of the cache.
pub(in crate::app) fn remove_if_empty(host: &Host, directories: &Directories) {
    for bucket in BUCKETS.map(|name| directories.cache_dir.join(name)) {
        // One that is not empty stays.
        let _ = host.files.remove_dir(&bucket);
    }
    CACHE.remove_if_empty(host, &directories.cache_dir);
}

/// Returns true for the name of a file in the cache: it ends with a digest.
pub(in crate::app) fn is_cached(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    let digest = stem.rsplit('-').next().unwrap_or_default();
    let is_digest = digest.len() >= DIGITS && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest || is_staged(path) || name == ".lock"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_files_are_known_by_their_names() {
        let digest = "0123456789abcdef".repeat(4);
        let is_cached = |name: &str| is_cached(Path::new(name));
        for name in
            [&digest, &format!("{digest}.json"), &format!("url-{digest}.part"), &format!("md5-{}", "0".repeat(32))]
        {
            assert!(is_cached(name), "{name}");
        }
        for name in ["thesis.tex", "key4.db", "id_ed25519", "0123456789abcdef", ""] {
            assert!(!is_cached(name), "{name}");
        }
    }
}
