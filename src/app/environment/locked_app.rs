//! From a lock to the request for an app: its name, its package, and its commands.

use std::collections::BTreeSet;

use crate::app::error::AppError;
use crate::app::locked_app_error::LockedAppError;
use crate::app::request::{Executables, LockedCommands, RequestedLock, lock_file_name};
use crate::app::state::OnlineContext;
use crate::host::Event;
use crate::lock::{Lock, name_in_file_name};
use crate::resolve::HashPolicy;
use crate::vocab::{Location, PackageName};

use super::lock_source::read_lock;

/// An app that a lock describes.
#[derive(Clone, Debug)]
pub struct LockedApp {
    /// The package whose version is that of the app.
    pub package: PackageName,
    pub lock: RequestedLock,
}

/// Reads a lock, and decides what app it makes. The name that a person typed comes before that in the lock, and before that
/// in its file name.
///
/// # Errors
/// Also if nothing tells the name, or whose commands are wanted.
pub fn locked_app(
    context: &OnlineContext<'_>,
    location: &Location,
    hashes: HashPolicy,
    typed_name: Option<&str>,
    executables: &Executables,
) -> Result<LockedApp, AppError> {
    let (lock, digest) = read_lock(context, location, hashes, None)?;
    for message in lock.warnings() {
        context.local.progress.event(Event::Warning { message });
    }
    let of_file = lock_file_name(location).and_then(|name| name_in_file_name(&name).map(str::to_owned));
    let name = typed_name.or(lock.app_name()).map(str::to_owned).or(of_file);
    let app = name.ok_or_else(|| LockedAppError::Unnamed { lock: location.clone() })?;
    let packages = lock.packages();
    let same_name = [lock.app_name(), Some(app.as_str())].into_iter().flatten();
    let named = same_name.filter_map(|name| name.parse().ok()).find(|name| packages.contains(name));
    let commands = commands(&lock, location, named.as_ref(), executables)?;
    let first = match &commands {
        LockedCommands::Names(_) => packages.first(),
        LockedCommands::Packages(of) => of.first().or(packages.first()),
    };
    let package = named.or(first.cloned()).ok_or_else(|| LockedAppError::Empty { lock: location.clone() })?;
    Ok(LockedApp { package, lock: RequestedLock { location: location.clone(), digest, app, commands } })
}

/// The commands that the lock names, else those that the person asked for, else those of packages that nothing else in the
/// lock depends on. Where it states no dependencies, those of the package with the name of the app.
fn commands(
    lock: &Lock,
    location: &Location,
    named: Option<&PackageName>,
    executables: &Executables,
) -> Result<LockedCommands, LockedAppError> {
    let packages = lock.packages();
    if executables.include_deps {
        return Ok(LockedCommands::Packages(packages));
    }
    if let Some(package) = executables.from.iter().find(|name| !packages.contains(name)) {
        return Err(LockedAppError::UnknownPackage { lock: location.clone(), package: package.clone() });
    }
    if !executables.from.is_empty() {
        return Ok(LockedCommands::Packages(executables.from.iter().cloned().collect()));
    }
    if let Some(names) = lock.app_commands() {
        return Ok(LockedCommands::Names(names.to_vec()));
    }
    let roots = lock.roots().or_else(|| named.map(|name| BTreeSet::from([name.clone()])));
    match roots {
        Some(roots) => Ok(LockedCommands::Packages(roots)),
        None if packages.is_empty() => Err(LockedAppError::Empty { lock: location.clone() }),
        None => Err(LockedAppError::UnknownCommands { lock: location.clone() }),
    }
}
