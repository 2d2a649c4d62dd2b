//! The use of generations: a program that was started from one goes on reading its modules from there, so that it stays
//! until the program ends.

use std::io;
use std::path::PathBuf;

use crate::app::error::AppError;
use crate::host::{FileLock, Host, LockError, Sharing};

use super::app_state::AppState;
use super::context::Context;
use super::directories::AppDirectories;
use super::generation::{Generation, GenerationName};
use super::name::AppName;

/// How often an app is read again that is being changed at that moment.
const ATTEMPTS: usize = 100;

/// A generation that cannot be removed until this is dropped, or the program ends that it was passed on to.
#[derive(Debug)]
pub struct Use {
    /// `None` where the home cannot be written: then nobody removes anything.
    lock: Option<FileLock>,
}

impl Use {
    /// Lets the program that takes this process's place go on using the generation.
    pub fn pass_on(&self) -> Result<(), AppError> {
        self.lock.as_ref().map_or(Ok(()), |lock| Ok(lock.pass_on()?))
    }
}

/// The current generation of an app, in use from now on; `None` if the app has none.
pub(in crate::app) fn use_current(context: &Context<'_>, app: &AppName) -> Result<Option<(Generation, Use)>, AppError> {
    let Context { host, directories, .. } = *context;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let state = match AppState::read(host, directories, app) {
            // It is being changed at this moment.
            Err(AppError::Files(_)) if attempt < ATTEMPTS => continue,
            read => read?,
        };
        let Some(current) = state.current() else { return Ok(None) };
        let taken = take(context, &state.directories, current);
        // Whoever removes a generation holds its lock meanwhile: it is there now, or it is gone for good.
        if host.files.is_dir(&current.root) {
            return Ok(Some((current.clone(), Use { lock: taken? })));
        }
        host.interrupt.check()?;
        if attempt >= ATTEMPTS {
            let problem = format!("its environment {} is missing", current.root.display());
            return Err(AppError::Damaged { app: app.clone(), problem });
        }
    }
}

fn take(
    context: &Context<'_>,
    directories: &AppDirectories,
    generation: &Generation,
) -> Result<Option<FileLock>, AppError> {
    let host = context.host;
    let path = directories.use_lock(&generation.name.directory());
    match host.locks.wait(&path, Sharing::Shared, &host.interrupt, None, context.progress) {
        Err(LockError::Io { .. }) => Ok(None),
        taken => Ok(Some(taken?)),
    }
}

/// Generations that may be removed: no program runs from them, and none can be started from them while this is held.
#[derive(Debug)]
pub(in crate::app) struct Unused {
    /// A lock is missing on a full disk, on which it cannot be created: then nobody holds it.
    locks: Vec<(GenerationName, Option<FileLock>)>,
}

/// The generations that nobody uses, of those given, as far as the system shows that. Windows does not let go of the
/// directories of running programs.
pub(in crate::app) fn unused(
    host: &Host,
    directories: &AppDirectories,
    generations: &[(GenerationName, PathBuf)],
) -> Result<Unused, AppError> {
    let mut locks = Vec::new();
    for (name, _) in generations {
        match host.locks.try_take(&directories.use_lock(&name.directory()), Sharing::Exclusive) {
            Err(LockError::Busy { .. }) => {}
            Err(LockError::Io { source, .. }) if is_disk_full(&source) => locks.push((name.clone(), None)),
            taken => locks.push((name.clone(), Some(taken?))),
        }
    }
    let roots: Vec<PathBuf> = generations.iter().map(|(_, root)| root.clone()).collect();
    // Looked at with the locks held: a program that starts later needs one.
    let used = if roots.is_empty() { Vec::new() } else { host.directories_in_use(&roots) };
    let is_used = |name: &GenerationName| generations.iter().any(|(one, root)| one == name && used.contains(root));
    locks.retain(|(name, _)| !is_used(name));
    Ok(Unused { locks })
}

fn is_disk_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::QuotaExceeded | io::ErrorKind::StorageFull)
}

impl Unused {
    /// Returns true if nobody uses this generation.
    pub(in crate::app) fn contains(&self, name: &GenerationName) -> bool {
        self.locks.iter().any(|(unused, _)| unused == name)
    }

    /// Removes the locks, after the generations were removed, and those that killed processes left.
    pub(in crate::app) fn remove_locks(self, host: &Host, directories: &AppDirectories) {
        for lock in self.locks.into_iter().filter_map(|(_, lock)| lock) {
            lock.remove();
        }
        for (name, path) in directories.use_locks(host) {
            if !host.files.is_dir(&directories.generations().join(name))
                && let Ok(lock) = host.locks.try_take(&path, Sharing::Exclusive)
            {
                lock.remove();
            }
        }
    }
}
