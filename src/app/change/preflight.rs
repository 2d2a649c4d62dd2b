//! Checks before a change: of its directories before anything is resolved, of space before anything is downloaded. All
//! obstacles are reported at once. Changes nothing.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::app::environment::Builder;
use crate::app::error::{AppError, system_errors};
use crate::app::state::{AppName, Context};
use crate::host::{FileSystem, Hive, LockError};
use crate::vocab::Pin;

use super::obstacles::{Need, obstacles};
use super::place::{Place, PlaceUse, inspect_places};

/// A change that writes less is not checked for space: it fails as soon as the disk is full, and file systems do not count
/// exactly.
const SMALL: Need = Need { bytes: 1_000_000, inodes: 100 };

/// The files and directories of every wheel in the store: its entry, tree and manifest, and the directory with METADATA,
/// WHEEL and RECORD.
const INODES_PER_WHEEL: u64 = 7;

/// The longest path on Windows without the setting for long ones (`MAX_PATH` less the final zero).
const LONGEST_PATH: usize = 259;

/// Fails early if an app cannot be installed here: its commands could not be placed, or could not be started.
///
/// # Errors
/// The obstacle, or [`AppError::Obstacles`] if there are several. A cache that cannot be written is none of its own: perhaps
/// nothing is downloaded.
pub(in crate::app) fn check_directories(context: &Context<'_>, app: &AppName) -> Result<(), AppError> {
    let Context { host, directories, .. } = *context;
    let mut places = vec![Place::described(host, PlaceUse::Home, &directories.app(app).generations())];
    if !app.is_hidden() {
        places.push(Place::inspect(host, PlaceUse::Commands, &directories.bin_dir));
    }
    match of_home(context, obstacles(places, |_| Need::default())).into_iter().next() {
        Some(first) => Err(with_other_obstacles(context, first)),
        None => Ok(()),
    }
}

/// Fails if nothing can be started from the generations of an app.
pub(in crate::app) fn check_home_executable(context: &Context<'_>, app: &AppName) -> Result<(), AppError> {
    let directories = context.directories;
    if context.host.files.forbids_execution(&directories.app(app).generations())? {
        return Err(AppError::HomeNotExecutable { path: directories.home.clone() });
    }
    Ok(())
}

/// Fails if nothing can be started from an environment.
pub(super) fn check_environment_executable(context: &Context<'_>, root: &Path) -> Result<(), AppError> {
    if context.host.files.forbids_execution(root)? {
        return Err(AppError::EnvironmentNotExecutable { path: root.to_owned() });
    }
    Ok(())
}

/// An error in one of the directories, together with the obstacles in the others.
pub(in crate::app) fn with_other_obstacles(context: &Context<'_>, error: AppError) -> AppError {
    let Some(path) = path_of(&error).map(Path::to_owned) else { return error };
    let mut places = inspect_places(context);
    places.retain(|place| !path.starts_with(&place.path) && !place.path.starts_with(&path));
    if is_of_file_system(&error) {
        // The other directories on it have the same problem.
        let id_of = |file_system: Option<&FileSystem>| file_system.map(|found| found.id.clone());
        let id = id_of(context.host.files.file_system(&path).ok().as_ref());
        places.retain(|place| id_of(place.file_system.as_ref()) != id);
    }
    error.and_others(obstacles(places, |_| Need::default()))
}

/// Fails if a change certainly lacks space, inodes, or, on Windows, room in its paths. `environment` is where it writes
/// beside the store; its files are links into the store where they can be.
///
/// # Errors
/// The obstacle, or [`AppError::Obstacles`] if there are several.
pub(super) fn check_space(
    context: &Context<'_>,
    builder: &Builder<'_>,
    environment: (PlaceUse, &Path),
) -> Result<(), AppError> {
    let Context { host, directories, .. } = *context;
    let (usage, root) = environment;
    let sizes: Vec<u64> = builder.missing().iter().filter_map(|pin| pin.size).collect();
    let (bytes, count) = (sizes.iter().sum(), builder.missing().len() as u64);
    let mut found = Vec::new();
    if bytes > SMALL.bytes || count * INODES_PER_WHEEL > SMALL.inodes {
        let store = Place::described(host, PlaceUse::Home, &directories.home);
        let cache = Place::described(host, PlaceUse::Cache, &directories.cache_dir);
        let mut places = vec![Place { file_system: without_execution(store.file_system.clone()), ..store }, cache];
        let place = Place::described(host, usage, root);
        let is_elsewhere = |file_system: &FileSystem| {
            places.iter().all(|other| other.file_system.as_ref().is_none_or(|other| other.id != file_system.id))
        };
        // Files of another file system are copied.
        if usage == PlaceUse::Environment && place.file_system.as_ref().is_some_and(is_elsewhere) {
            places.push(place);
        }
        found = obstacles(places, |usage| match usage {
            PlaceUse::Home => Need { bytes, inodes: count * INODES_PER_WHEEL },
            PlaceUse::Environment => Need { bytes, inodes: count },
            // A download is removed once it is unpacked.
            PlaceUse::Cache => Need { bytes: sizes.iter().copied().max().unwrap_or_default(), inodes: 1 },
            PlaceUse::Commands => Need::default(),
        });
    }
    let long_paths = r"SYSTEM\CurrentControlSet\Control\FileSystem";
    if cfg!(windows) && host.registry.number(Hive::LocalMachine, long_paths, "LongPathsEnabled") != Some(1) {
        found.extend(too_long(root, builder.pins()).map(|path| AppError::LongPath { path, limit: LONGEST_PATH }));
    }
    AppError::of_obstacles(found)
}

/// The longest path that every wheel has below an environment on Windows, if it is too long.
fn too_long(root: &Path, pins: &[Pin]) -> Option<PathBuf> {
    let metadata = |pin: &Pin| {
        let directory = format!("{}-{}.dist-info", pin.name.as_str().replace('-', "_"), pin.version);
        root.join("Lib").join("site-packages").join(directory).join("METADATA")
    };
    let length = |path: &PathBuf| path.to_string_lossy().encode_utf16().count();
    let longest = pins.iter().map(metadata).max_by_key(length)?;
    (length(&longest) > LONGEST_PATH).then_some(longest)
}

/// The file system without its rule on execution, which is checked elsewhere.
fn without_execution(file_system: Option<FileSystem>) -> Option<FileSystem> {
    file_system.map(|file_system| FileSystem { forbids_execution: false, ..file_system })
}

/// The obstacles with the home in place of a directory in it, since that is what a person can change.
fn of_home(context: &Context<'_>, mut found: Vec<AppError>) -> Vec<AppError> {
    for error in &mut found {
        if let AppError::HomeNotExecutable { path } = error {
            path.clone_from(&context.directories.home);
        }
    }
    found
}

/// True if the file system is full or cannot be written at all.
fn is_of_file_system(error: &AppError) -> bool {
    use ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    system_errors(error).any(|kind| matches!(kind, QuotaExceeded | ReadOnlyFilesystem | StorageFull))
}

/// The path that an error of the directories is about.
fn path_of(error: &AppError) -> Option<&Path> {
    if let AppError::NotOurs { directory: path, .. } | AppError::HomeNotExecutable { path } = error {
        return Some(path);
    }
    if let AppError::Lock(LockError::Io { path, .. } | LockError::Unsafe { path, .. }) = error {
        return Some(path);
    }
    if let AppError::Files(error) = error { Some(&error.path) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocab::{Location, Role, parse_version};

    fn pin(name: &str) -> Pin {
        Pin {
            name: name.parse().unwrap(),
            version: parse_version("1.0").unwrap(),
            wheel: format!("{}-1.0-py3-none-any.whl", name.replace('-', "_")).parse().unwrap(),
            location: Location::Path(PathBuf::new()),
            digests: None,
            is_hash_stated: false,
            size: None,
            extras: Vec::new(),
            dependencies: Vec::new(),
            role: Role::Dependency,
            direct: None,
            built_from: None,
        }
    }

    #[test]
    fn a_path_is_too_long_if_every_file_of_a_package_would_have_one_that_is() {
        let pins = [pin("a"), pin("a-longer-name")];
        let suffix = Path::new("Lib").join("site-packages").join("a_longer_name-1.0.dist-info").join("METADATA");
        let room = LONGEST_PATH - suffix.as_os_str().len() - 1;
        assert_eq!(too_long(Path::new(&"h".repeat(room)), &pins), None);
        let longer = "h".repeat(room + 1);
        assert_eq!(too_long(Path::new(&longer), &pins), Some(Path::new(&longer).join(suffix)));
        assert_eq!(too_long(Path::new(&longer), &pins[..1]), None);
    }
}
