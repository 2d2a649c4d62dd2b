//! The use of managed Pythons. Whoever chooses one holds a lock until what it is for says so in its record; only then can
//! a sweep tell that it is needed.

use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::host::{FileLock, Host, LockError, Sharing, is_staged};
use crate::python::managed::BuildName;

use super::context::Context;
use super::directories::{Directories, create_private_home};
use super::environment::KnownEnvironment;
use super::generation;
use super::home;
use super::installed_apps::all_apps;
use super::managed_pythons::{ManagedPython, PythonReason, installed_python, installed_pythons, remove_python};
use super::name::AppName;
use super::python_name::{self, PRESENCE, is_build_lock, lock_name};
use super::python_user::PythonUser;
use super::records::Records;

/// While this value exists, no managed Python is removed.
#[derive(Debug)]
pub(in crate::app) struct PythonsInUse {
    _lock: FileLock,
}

/// Keeps managed Pythons from being removed, and makes sure that the home has its marker.
///
/// # Errors
/// [`AppError::NotOurs`] for a home of somebody else.
pub(in crate::app) fn use_pythons(context: &Context<'_>) -> Result<PythonsInUse, AppError> {
    let Context { host, directories, progress, .. } = *context;
    home::check(host, directories)?;
    create_private_home(host, directories);
    let presence = directories.pythons().join(PRESENCE);
    let lock = host.locks.wait(&presence, Sharing::Shared, &host.interrupt, None, progress)?;
    host.files.create_dirs(&directories.pythons())?;
    home::mark(host, directories)?;
    Ok(PythonsInUse { _lock: lock })
}

/// The same if an interpreter is a managed one.
pub(in crate::app) fn use_managed(context: &Context<'_>, executable: &Path) -> Result<Option<PythonsInUse>, AppError> {
    let pythons = context.directories.pythons();
    let canonical = context.host.files.canonical_if_present(&pythons);
    let is_managed = [&pythons, &canonical].iter().any(|directory| executable.starts_with(directory));
    if is_managed { use_pythons(context).map(Some) } else { Ok(None) }
}

/// Waits until no other process installs a build, and keeps others from doing so.
pub(in crate::app) fn lock_python(context: &Context<'_>, name: &BuildName) -> Result<FileLock, AppError> {
    let Context { host, directories, progress, .. } = *context;
    let path = directories.pythons().join(lock_name(name));
    Ok(host.locks.wait(&path, Sharing::Exclusive, &host.interrupt, None, progress)?)
}

/// Those of some apps, and of the environments that the home knows, that need a managed Python: any generation counts.
///
/// # Errors
/// [`AppError::Malformed`] and [`AppError::NewerSchema`] where a record cannot be read: then any Python may be needed.
pub(in crate::app) fn python_users(
    host: &Host,
    directories: &Directories,
    apps: &[AppName],
    python: &ManagedPython,
) -> Result<Vec<PythonUser>, AppError> {
    let roots = [python.root.clone(), host.files.canonical_if_present(&python.root)];
    let is_below = |executable: &Path| roots.iter().any(|root| executable.starts_with(root));
    let mut users = Vec::new();
    for app in apps {
        let of_app = directories.app(app);
        let records = Records::open(host, &of_app)?;
        let mut is_used = false;
        for (name, _) in generation::directories(host, &of_app)? {
            is_used |= records.read(&name)?.is_some_and(|record| is_below(&record.python.executable));
        }
        if is_used {
            users.push(PythonUser::App(app.clone()));
        }
    }
    for known in KnownEnvironment::all(host, directories)? {
        if known.python().is_some_and(is_below) {
            users.push(PythonUser::Environment(known.path().to_owned()));
        }
    }
    users.sort();
    Ok(users)
}

/// The Pythons that were installed for apps, and that none of some apps needs, nor an environment.
pub(in crate::app) fn unused_pythons(
    host: &Host,
    directories: &Directories,
    apps: &[AppName],
) -> Result<Vec<ManagedPython>, AppError> {
    let mut unused = Vec::new();
    for python in installed_pythons(host, directories)? {
        if python.record.reason == PythonReason::Automatic && python_users(host, directories, apps, &python)?.is_empty()
        {
            unused.push(python);
        }
    }
    Ok(unused)
}

/// The only process that changes managed Pythons: nobody installs one, or is about to need one.
#[derive(Debug)]
pub(in crate::app) struct PythonSweep<'a> {
    host: &'a Host,
    directories: &'a Directories,
    presence: FileLock,
}

/// Takes the managed Pythons for removing some; `None` if there are none.
///
/// # Errors
/// [`LockError::Busy`] while another process needs them.
pub(in crate::app) fn sweep_of_pythons<'a>(context: &Context<'a>) -> Result<Option<PythonSweep<'a>>, AppError> {
    let Context { host, directories, .. } = *context;
    if !home::is_ours(host, directories)? || host.files.kind(&directories.pythons())?.is_none() {
        return Ok(None);
    }
    let presence = host.locks.try_take(&directories.pythons().join(PRESENCE), Sharing::Exclusive)?;
    Ok(Some(PythonSweep { host, directories, presence }))
}

/// Removes what killed or failed installations left. While another process needs a Python, that is left for another time.
pub(in crate::app) fn clear_unfinished_pythons(context: &Context<'_>) -> Result<(), AppError> {
    if let Some(sweep) = sweep_of_pythons(context)? {
        sweep.finish()?;
    }
    home::remove_if_empty(context.host, context.directories);
    Ok(())
}

/// Removes the Pythons that were installed for apps and that nothing needs any more. While another process needs one,
/// that is left for another time.
pub(in crate::app) fn sweep_pythons(context: &Context<'_>) -> Result<(), AppError> {
    let sweep = match sweep_of_pythons(context) {
        Err(AppError::Lock(LockError::Busy { .. })) | Ok(None) => return Ok(()),
        Err(error) => return Err(error),
        Ok(Some(sweep)) => sweep,
    };
    let apps = all_apps(context.host, context.directories)?;
    match unused_pythons(context.host, context.directories, &apps) {
        Ok(unused) => {
            for python in unused {
                sweep.remove(&python.name)?;
            }
        }
        // A damaged app does not say which Python it needs.
        Err(AppError::Malformed { .. } | AppError::NewerSchema { .. }) => {}
        Err(error) => return Err(error),
    }
    sweep.finish()
}

impl PythonSweep<'_> {
    /// Removes a Python.
    pub(in crate::app) fn remove(&self, name: &BuildName) -> Result<(), AppError> {
        remove_python(self.host, self.directories, name)
    }

    /// Removes what killed processes left, and the directory if it is empty.
    pub(in crate::app) fn finish(self) -> Result<(), AppError> {
        let Self { host, directories, presence } = self;
        let pythons = directories.pythons();
        for path in host.files.list(&pythons)? {
            let is_unfinished = match python_name::of_path(&path) {
                Some(name) => matches!(installed_python(host, directories, &name), Ok(None)),
                None => is_staged(&path),
            };
            if is_unfinished {
                host.files.remove_any(&path)?;
            }
        }
        let locks = host.locks.path_of(&pythons);
        for path in host.files.list(&locks)? {
            if is_build_lock(&path) {
                host.files.remove_file(&path)?;
            }
        }
        let only_lock = |path: &PathBuf| path.file_name().is_some_and(|name| name == PRESENCE);
        if host.files.list(&pythons)?.iter().all(only_lock) {
            presence.remove();
            // A directory that is not empty stays, and that is no error.
            let _ = host.files.remove_dir(&pythons);
            host.locks.remove_moved_dir(host.files, &pythons);
        }
        Ok(())
    }
}
