//! The obstacles to a change, from what is known of its directories: one list of checks, which `doctor` uses too.
//! Decides from values.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::app::error::AppError;

use super::place::{Place, PlaceUse};

/// The bytes, and the files and directories, that a change writes below a directory, at least.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Need {
    pub bytes: u64,
    pub inodes: u64,
}

/// All obstacles in the directories of a change. `need` tells how much each use of a directory takes.
pub fn obstacles(places: Vec<Place>, need: impl Fn(PlaceUse) -> Need) -> Vec<AppError> {
    let mut obstacles: Vec<AppError> = places.iter().filter_map(unexecutable).collect();
    // Nothing else matters of a directory that cannot be used at all.
    let is_usable = |place: &Place| place.foreign.is_none() && place.unwritable.is_none();
    let (usable, others): (Vec<Place>, Vec<Place>) = places.into_iter().partition(is_usable);
    obstacles.extend(shortages(&usable, need));
    obstacles.extend(others.into_iter().filter_map(|place| place.foreign.or(place.unwritable.map(AppError::Files))));
    obstacles
}

/// The error for a directory from which programs would have to be started and cannot be. Commands are links, and what is
/// in the cache is not started.
fn unexecutable(place: &Place) -> Option<AppError> {
    let path = || place.path.clone();
    let forbids = place.file_system.as_ref().is_some_and(|found| found.forbids_execution);
    match place.usage {
        PlaceUse::Home if forbids => Some(AppError::HomeNotExecutable { path: path() }),
        PlaceUse::Environment if forbids => Some(AppError::EnvironmentNotExecutable { path: path() }),
        PlaceUse::Home | PlaceUse::Commands | PlaceUse::Cache | PlaceUse::Environment => None,
    }
}

/// The file systems without enough space. What several directories on one of them take counts together.
fn shortages(places: &[Place], need: impl Fn(PlaceUse) -> Need) -> Vec<AppError> {
    let mut by_file_system: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for place in places {
        if let Some(file_system) = &place.file_system {
            by_file_system.entry(&file_system.id).or_default().push(place);
        }
    }
    let mut shortages = Vec::new();
    for places in by_file_system.into_values() {
        let needs: Vec<(&Place, Need)> = places.iter().map(|place| (*place, need(place.usage))).collect();
        let Some(found) = places.first().and_then(|place| place.file_system.as_ref()) else { continue };
        let directories = |takes: fn(&Need) -> u64| -> Vec<PathBuf> {
            needs.iter().filter(|(_, need)| takes(need) > 0).map(|(place, _)| place.path.clone()).collect()
        };
        let (bytes, inodes) = (|need: &Need| need.bytes, |need: &Need| need.inodes);
        let needed: u64 = needs.iter().map(|(_, need)| need.bytes).sum();
        if let Some(free) = found.free_bytes.filter(|free| *free < needed) {
            shortages.push(AppError::LittleSpace { directories: directories(bytes), free, needed });
        }
        let needed: u64 = needs.iter().map(|(_, need)| need.inodes).sum();
        if let Some(free) = found.free_inodes.filter(|free| *free < needed) {
            shortages.push(AppError::FewInodes { directories: directories(inodes), free, needed });
        }
    }
    shortages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{FileError, FileSystem};

    fn file_system(id: &str, free_bytes: u64, free_inodes: u64) -> FileSystem {
        FileSystem {
            id: id.to_owned(),
            kind: Some("ext4".to_owned()),
            free_bytes: Some(free_bytes),
            total_bytes: Some(1 << 40),
            free_inodes: Some(free_inodes),
            forbids_execution: false,
            is_read_only: false,
        }
    }

    fn place(usage: PlaceUse, path: &str, file_system: FileSystem) -> Place {
        Place {
            usage,
            path: path.into(),
            exists: true,
            file_system: Some(file_system),
            foreign: None,
            unwritable: None,
        }
    }

    fn need(usage: PlaceUse) -> Need {
        match usage {
            PlaceUse::Home | PlaceUse::Environment => Need { bytes: 60, inodes: 6 },
            PlaceUse::Cache => Need { bytes: 50, inodes: 1 },
            PlaceUse::Commands => Need::default(),
        }
    }

    fn told(places: Vec<Place>) -> Vec<String> {
        obstacles(places, need).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn directories_that_share_a_file_system_count_together_and_others_alone() {
        let on = |home: &FileSystem, cache: &FileSystem| {
            told(vec![
                place(PlaceUse::Home, "/home", home.clone()),
                place(PlaceUse::Commands, "/bin", home.clone()),
                place(PlaceUse::Cache, "/cache", cache.clone()),
            ])
        };
        let (one, other) = (file_system("1", 100, 100), file_system("2", 100, 100));
        assert_eq!(on(&one, &other), Vec::<String>::new());
        let shared = "not enough space in `/home` and `/cache`: 110 B needed, 100 B free";
        assert_eq!(on(&one, &one), [shared]);
        let (small, few) = (file_system("1", 59, 100), file_system("2", 100, 0));
        assert_eq!(
            on(&small, &few),
            ["not enough space in `/home`: 60 B needed, 59 B free", "not enough inodes in `/cache`: 1 needed, 0 free"]
        );
    }

    #[test]
    fn a_file_system_that_does_not_count_has_space() {
        let mut found = file_system("1", 0, 0);
        (found.free_bytes, found.free_inodes) = (None, None);
        assert_eq!(told(vec![place(PlaceUse::Home, "/home", found)]), Vec::<String>::new());
    }

    #[test]
    fn all_obstacles_are_told_at_once_and_a_directory_that_cannot_be_written_lacks_nothing_else() {
        let mut home = place(PlaceUse::Home, "/home", file_system("1", 0, 0));
        let source = std::io::ErrorKind::StorageFull.into();
        home.unwritable = Some(FileError { act: "write to", path: home.path.clone(), source });
        if let Some(found) = &mut home.file_system {
            found.forbids_execution = true;
        }
        let cache = place(PlaceUse::Cache, "/cache", file_system("2", 0, 1));
        assert_eq!(
            told(vec![home, cache]),
            [
                "the home `/home` is on a file system that is mounted with `noexec`",
                "not enough space in `/cache`: 50 B needed, 0 B free",
                "failed to write to `/home`"
            ]
        );
    }
}
