//! The home: ours if it has our marker. Below it, generations, records and entries of the store are ours whole; whatever
//! else lies there is somebody else's, and stays.

use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::host::{FileKind, Host, Sharing, is_lock_file, is_staged};
use crate::store::Store;

use super::cache;
use super::directories::{AppDirectories, Directories};
use super::environment;
use super::generation::GenerationName;
use super::marked_directory::MarkedDirectory;
use super::marker::{Ownership, is_lost_and_found};
use super::name::AppName;
use super::python_name::{self, is_python_lock};
use super::receipt::Receipt;

const HOME: MarkedDirectory = MarkedDirectory::Home;

/// The content of a directory, sorted by its owner.
#[derive(Debug, Default)]
struct Survey {
    /// Entries that we did not make.
    others: Vec<PathBuf>,
    /// True if something was found that nobody else makes.
    has_evidence: bool,
}

/// The owner of the home. A home of version 0.1.0 has no marker: it is ours if it holds something that nobody else makes,
/// and nothing else.
pub(in crate::app) fn ownership(host: &Host, directories: &Directories) -> Result<Ownership, AppError> {
    if HOME.is_marked(host, &directories.home)? {
        return Ok(Ownership::Ours);
    }
    if host.files.kind(&directories.home)?.is_some() && !host.files.is_dir(&directories.home) {
        // Whoever writes into it reports the error of the system.
        return Ok(Ownership::Empty);
    }
    let survey = survey(host, directories)?;
    Ok(match survey.others.into_iter().next() {
        Some(entry) => Ownership::Theirs { entry },
        None if survey.has_evidence => Ownership::Ours,
        None => Ownership::Empty,
    })
}

/// Returns true if the home is ours. Somebody else's has no apps, whatever lies in it.
pub(in crate::app) fn is_ours(host: &Host, directories: &Directories) -> Result<bool, AppError> {
    Ok(ownership(host, directories)? == Ownership::Ours)
}

/// Refuses a home that is somebody else's.
///
/// # Errors
/// [`AppError::NotOurs`].
pub(in crate::app) fn check(host: &Host, directories: &Directories) -> Result<(), AppError> {
    match ownership(host, directories)? {
        Ownership::Empty | Ownership::Ours => Ok(()),
        Ownership::Theirs { entry } => {
            Err(AppError::NotOurs { kind: HOME, directory: directories.home.clone(), entry })
        }
    }
}

/// Makes sure that the home has our marker. The lock of an app or an environment is held, which keeps another process
/// from removing the home.
///
/// # Errors
/// [`AppError::NotOurs`] for a home that is somebody else's.
pub(in crate::app) fn mark(host: &Host, directories: &Directories) -> Result<(), AppError> {
    if HOME.is_marked(host, &directories.home)? {
        return Ok(());
    }
    check(host, directories)?;
    HOME.mark(host, &directories.home)
}

/// The entries of our home that we did not make.
pub(in crate::app) fn others(host: &Host, directories: &Directories) -> Result<Vec<PathBuf>, AppError> {
    Ok(survey(host, directories)?.others)
}

/// The entries of an app's directory that we did not make; `None` if it is no directory of an app.
pub(in crate::app) fn others_of_app(
    host: &Host,
    directories: &AppDirectories,
) -> Result<Option<Vec<PathBuf>>, AppError> {
    if host.files.kind(directories.root())? != Some(FileKind::Directory) {
        return Ok(None);
    }
    let survey = survey_app(host, directories)?;
    Ok((survey.has_evidence || survey.others.is_empty()).then_some(survey.others))
}

/// Returns true for a file among the generations of an app that is ours.
pub(in crate::app) fn is_generation(path: &Path) -> bool {
    GenerationName::of_directory(path).is_some() || is_staged(path)
}

/// Returns true for a file among the records of an app that is ours.
pub(in crate::app) fn is_record(path: &Path) -> bool {
    let stem = path.file_stem().map(Path::new);
    let is_named = path.extension().is_some_and(|extension| extension == "toml");
    is_named && stem.and_then(GenerationName::of_directory).is_some() || is_staged(path)
}

/// Removes what is empty of the home.
pub(in crate::app) fn remove_if_empty(host: &Host, directories: &Directories) {
    if !matches!(ownership(host, directories), Ok(Ownership::Empty | Ownership::Ours)) {
        return;
    }
    clear_locks(host, directories);
    environment::forget_missing(host, directories);
    let own = [directories.apps(), directories.environments(), directories.store(), directories.pythons()];
    for directory in own.into_iter().chain([directories.locks()]) {
        // A directory that is not empty stays, and that is no error.
        let _ = host.files.remove_dir(&directory);
        host.locks.remove_moved_dir(host.files, &directory);
    }
    host.locks.remove_moved_dir(host.files, &directories.home);
    HOME.remove_if_empty(host, &directories.home);
}

/// Removes locks that killed processes left behind: of apps that do not exist, and of environments, whose locks exist only
/// during a change. A lock that cannot be removed does no harm.
fn clear_locks(host: &Host, directories: &Directories) {
    for path in host.files.list(&host.locks.path_of(&directories.locks())).unwrap_or_default() {
        let Some(name) = path.file_name() else { continue };
        let exists = || host.files.is_dir(&directories.apps().join(name));
        if is_lock(host, &path)
            && !exists()
            && let Ok(lock) = host.locks.try_take(&directories.locks().join(name), Sharing::Exclusive)
            && !exists()
        {
            lock.remove();
        }
    }
}

fn survey(host: &Host, directories: &Directories) -> Result<Survey, AppError> {
    let mut survey = Survey::default();
    let home = &directories.home;
    // The other two directories may lie in the home: on Windows the cache does by default.
    let leads_elsewhere =
        |entry: &Path| [&directories.cache_dir, &directories.bin_dir].iter().any(|path| path.starts_with(entry));
    for entry in host.files.list(home)? {
        let is_directory = host.files.kind(&entry)? == Some(FileKind::Directory);
        if entry == home.join(HOME.marker()) || is_staged(&entry) || is_lost_and_found(&entry) {
            continue;
        }
        if is_directory && entry == directories.apps() {
            survey_apps(host, directories, &mut survey)?;
        } else if is_directory && entry == directories.store() {
            let store = Store::open(&entry).survey(host)?;
            survey.has_evidence |= store.has_wheels;
            survey.others.extend(store.others);
        } else if is_directory && entry == directories.pythons() {
            let (locks, pythons) = host.files.list(&entry)?.into_iter().partition(|path| is_python_lock(path));
            survey.others.extend(Vec::into_iter(locks).filter(|path| !is_lock_file(host.files, path)));
            survey.add(pythons, |path| python_name::of_path(path).is_some() || is_staged(path));
        } else if is_directory && entry == directories.environments() {
            survey.add(host.files.list(&entry)?, is_environment);
        } else if is_directory && entry == directories.locks() {
            let locks = host.files.list(&entry)?.into_iter();
            survey.others.extend(locks.filter(|path| !is_lock(host, path)));
        } else if !leads_elsewhere(&entry) && !cache::is_own_name(directories, home, &entry) {
            survey.others.push(entry);
        }
    }
    Ok(survey)
}

fn survey_apps(host: &Host, directories: &Directories, survey: &mut Survey) -> Result<(), AppError> {
    for root in host.files.list(&directories.apps())? {
        let name = root.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<AppName>().ok());
        let others = match name {
            Some(name) => others_of_app(host, &directories.app(&name))?,
            None => None,
        };
        match others {
            Some(others) => {
                survey.others.extend(others);
                survey.has_evidence |= host.files.list(&root)?.iter().any(|entry| !is_staged(entry));
            }
            None if is_staged(&root) => {}
            None => survey.others.push(root),
        }
    }
    Ok(())
}

fn survey_app(host: &Host, directories: &AppDirectories) -> Result<Survey, AppError> {
    let mut survey = Survey::default();
    for entry in host.files.list(directories.root())? {
        let kind = host.files.kind(&entry)?;
        let is_directory = kind == Some(FileKind::Directory);
        if is_staged(&entry) {
            continue;
        }
        if is_directory && entry == directories.generations() {
            survey.add(host.files.list(&entry)?, is_generation);
        } else if is_directory && entry == directories.records() {
            survey.add(host.files.list(&entry)?, is_record);
        } else if !is_directory && entry == directories.receipt() {
            // A newer version's counts too.
            survey.has_evidence |= !matches!(Receipt::read(host, directories), Ok(None));
        } else if is_directory || ![directories.pointer(), directories.pin()].contains(&entry) {
            survey.others.push(entry);
        }
    }
    Ok(survey)
}

/// Returns true for the record of an environment of `sync`: `<12 digits>.json`.
fn is_environment(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let digits = name.strip_suffix(".json").unwrap_or_default();
    digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) || is_staged(path)
}

/// Returns true for the lock of an app, a generation or an environment: an empty file, or one that says who holds it.
pub(in crate::app) fn is_lock(host: &Host, path: &Path) -> bool {
    let is_named = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| {
        let (app, generation) = name.split_once('+').map_or((name, None), |(app, rest)| (app, Some(rest)));
        app.parse::<AppName>().is_ok() && generation.is_none_or(|name| GenerationName::parse(name).is_some())
    });
    is_named && is_lock_file(host.files, path)
}

impl Survey {
    fn add(&mut self, entries: Vec<PathBuf>, is_ours: impl Fn(&Path) -> bool) {
        let (ours, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| is_ours(entry));
        self.has_evidence |= ours.iter().any(|entry| !is_staged(entry));
        self.others.extend(others);
    }
}
