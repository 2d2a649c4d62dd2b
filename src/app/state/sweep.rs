//! Removes what nothing needs any more: wheels in the store, and leftovers of killed processes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::fetch::clear_delivered;
use crate::host::{FileError, FileKind, Host, LockError, is_staged};
use crate::store::{Store, StoreError};
use crate::vocab::{Digests, Pin, Sha256, WheelName};

use super::cache;
use super::context::Context;
use super::directories::Directories;
use super::generation::{self, GenerationRecord, InstalledWheel};
use super::installed_apps::all_apps;
use super::managed_pythons::installed_pythons;
use super::marked_directory::MarkedDirectory;
use super::marker::Ownership;
use super::name::AppName;
use super::python_use::sweep_of_pythons;
use super::records::Records;

/// The wheels that are removed if no generation needs them.
pub(in crate::app) enum SweepScope {
    AllUnneeded,
    These(BTreeSet<Sha256>),
}

/// Removes wheels that no generation needs any more. While another process is installing, that is left for another time.
pub(in crate::app) fn sweep(context: &Context<'_>, scope: &SweepScope) -> Result<(), AppError> {
    let host = context.host;
    let store = Store::open(&context.directories.store());
    if host.files.kind(store.root())?.is_none() {
        return Ok(());
    }
    let sweep = match store.sweep(host) {
        Err(StoreError::Lock { source: LockError::Busy { .. } }) => return Ok(()),
        other => other?,
    };
    // Read while nobody installs: a wheel that is not named now is not needed. A damaged app does not say what it needs.
    match needed(host, context.directories) {
        Ok(needed) => match scope {
            SweepScope::These(wheels) => sweep.remove(host, &wheels.difference(&needed).copied().collect())?,
            SweepScope::AllUnneeded => {
                for entry in store.list_unneeded(host, &needed)? {
                    sweep.remove_entry(host, &entry)?;
                }
            }
        },
        Err(AppError::Malformed { .. } | AppError::NewerSchema { .. }) => {}
        Err(error) => return Err(error),
    }
    sweep.clear_unfinished(host)?;
    Ok(sweep.finish(host)?)
}

/// The wheels that complete generations name.
pub(in crate::app) fn needed(host: &Host, directories: &Directories) -> Result<BTreeSet<Sha256>, AppError> {
    needed_by(host, directories, &all_apps(host, directories)?)
}

/// The wheels that complete generations of some apps name.
pub(in crate::app) fn needed_by(
    host: &Host,
    directories: &Directories,
    apps: &[AppName],
) -> Result<BTreeSet<Sha256>, AppError> {
    let mut needed = BTreeSet::new();
    for name in apps {
        let directories = directories.app(name);
        let records = Records::open(host, &directories)?;
        for (name, _) in generation::directories(host, &directories)? {
            needed.extend(records.read(&name)?.iter().flat_map(wheels_of));
        }
    }
    Ok(needed)
}

/// The wheels to sweep after leftovers are removed: what was never finished, or is half removed, does not say what it was
/// made of.
pub(in crate::app) fn wheels_of_unfinished(
    context: &Context<'_>,
    leftovers: &[PathBuf],
) -> Result<SweepScope, AppError> {
    for path in leftovers {
        if context.host.files.kind(path)? == Some(FileKind::Directory) {
            return Ok(SweepScope::AllUnneeded);
        }
    }
    Ok(SweepScope::These(BTreeSet::new()))
}

impl SweepScope {
    /// Adds the wheels of a generation that is removed.
    pub(in crate::app) fn add(&mut self, record: &GenerationRecord) {
        match self {
            Self::AllUnneeded => {}
            Self::These(wheels) => wheels.extend(wheels_of(record)),
        }
    }
}

/// After a failed change: removes the wheels that it built, which a retry builds again, and those that it fetched if a retry
/// has no use for them. Others stay, so that nothing is downloaded twice, until `cache prune` removes them.
pub(in crate::app) fn sweep_after_failure(
    context: &Context<'_>,
    pins: &[Pin],
    fetched: &[WheelName],
    error: &AppError,
) {
    let useless = if context.host.interrupt.is_raised() {
        BTreeSet::new()
    } else {
        let is_useless = |pin: &&Pin| pin.is_built() || error.rules_out_a_retry() && fetched.contains(&pin.wheel);
        let useless = pins.iter().filter(is_useless);
        useless.filter_map(|pin| pin.digests.as_ref()).filter_map(Digests::sha256).collect()
    };
    // Wheels that stay do no harm.
    let _ = sweep(context, &SweepScope::These(useless));
}

/// Removes leftovers of killed processes from the cache and the store: half-written and half-unpacked files, and downloads
/// that the store has. A writer that is still alive fails to put its file in place, which it can live with: it is a
/// cache. Files that cannot be removed stay.
pub(in crate::app) fn clear_unfinished(context: &Context<'_>) {
    let Context { host, directories, .. } = *context;
    let clear = |directory: &Path| -> Result<(), FileError> {
        if host.files.kind(directory)? == Some(FileKind::Directory) {
            for path in host.files.list(directory)?.iter().filter(|path| is_staged(path)) {
                host.files.remove_any(path)?;
            }
        }
        Ok(())
    };
    let is_our_cache = matches!(cache::ownership(host, directories), Ok(Ownership::Ours));
    MarkedDirectory::Home.clear_unfinished(host, &directories.home);
    if is_our_cache {
        MarkedDirectory::Cache.clear_unfinished(host, &directories.cache_dir);
        for bucket in cache::buckets(host, directories).unwrap_or_default() {
            let _ = clear(&bucket);
        }
    }
    if let Ok(Some(pythons)) = sweep_of_pythons(context) {
        let _ = pythons.finish();
    }
    let store = Store::open(&directories.store());
    let _ = store.clear_unfinished(host);
    let pythons = installed_pythons(host, directories).unwrap_or_default();
    let is_installed = |sha256| pythons.iter().any(|python| python.record.digest.sha256() == Some(sha256));
    let is_stored = |sha256| is_installed(sha256) || store.find(host, sha256).is_ok_and(|found| found.is_some());
    if is_our_cache {
        let _ = clear_delivered(host, &directories.cache_dir, is_stored);
    }
}

/// The wheels that a generation was made of.
fn wheels_of(record: &GenerationRecord) -> impl Iterator<Item = Sha256> {
    record.wheels.iter().filter_map(InstalledWheel::sha256)
}
