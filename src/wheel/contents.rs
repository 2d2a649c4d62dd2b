//! Plans the unpacking: every entry with its row of RECORD, and the directories to create.

use std::collections::{BTreeSet, HashMap};

use super::record::{InvalidRow, Record, RecordRow};
use super::{Destination, DiskNames, FileMode, RecordHash, Tree, TreeDirectory, TreeFile, WheelError};
use crate::archive::zip::{Entry, EntryKind};

/// The entries to unpack and the directories to create.
#[derive(Debug)]
pub(super) struct Contents<'a> {
    /// Every directory that contains files, parents first; the first is the root, written as the empty path.
    pub(super) directories: Vec<&'a str>,
    /// Every entry, the largest first, so that no worker starts a large one at the end.
    pub(super) files: Vec<File<'a>>,
    /// The files that RECORD misses, has no hash of, or lists in vain.
    pub(super) faults: Vec<WheelError>,
}

/// An entry and its row of RECORD.
#[derive(Debug)]
pub(super) struct File<'a> {
    pub(super) entry: &'a Entry,
    /// `None` for directories and for the few files that RECORD need not list.
    pub(super) row: Option<RecordRow>,
    role: Role,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Role {
    /// The entry is checked, but not written.
    Checked,
    Written,
}

impl<'a> Contents<'a> {
    /// Checks the names against RECORD, the schemes and the disk.
    pub(super) fn plan(
        entries: &'a [Entry],
        dist_info: &str,
        record: &str,
        names: DiskNames,
    ) -> Result<Self, WheelError> {
        let paths: Vec<&str> = files(entries).map(|entry| entry.path.as_str()).collect();
        let directories = directories(&paths);
        check_destinations(&paths)?;
        check_disk(entries, &directories, names)?;
        let mut record =
            Record::parse(record).map_err(|InvalidRow { line, reason }| WheelError::Record { line, reason })?;
        let mut rows: HashMap<&str, Option<RecordRow>> = HashMap::with_capacity(paths.len());
        let mut planned = Vec::with_capacity(entries.len());
        let mut faults = Vec::new();
        for entry in entries {
            let path = entry.path.as_str();
            let (row, role) = match (entry.kind, rows.get(path)) {
                (EntryKind::Directory, _) => (None, Role::Checked),
                (EntryKind::Executable | EntryKind::File, Some(row)) => (row.clone(), Role::Checked),
                (EntryKind::Executable | EntryKind::File, None) => {
                    let row = row(&mut record, path, dist_info, &mut faults);
                    rows.insert(path, row.clone());
                    (row, Role::Written)
                }
            };
            planned.push(File { entry, row, role });
        }
        faults.extend(record.left().into_iter().map(|path| WheelError::RecordAbsent { path: path.to_owned() }));
        planned.sort_by_key(|file| std::cmp::Reverse(file.entry.size));
        Ok(Self { directories, files: planned, faults })
    }

    /// The tree. `hashes` are those of all entries in the order of [`Contents::files`].
    pub(super) fn tree(&self, hashes: Vec<RecordHash>) -> Tree {
        let empty = |&path: &&str| TreeDirectory { path: path.to_owned(), files: Vec::new() };
        let mut directories: Vec<TreeDirectory> = self.directories.iter().map(empty).collect();
        let indices: HashMap<&str, usize> =
            self.directories.iter().enumerate().map(|(index, &path)| (path, index)).collect();
        for (file, hash) in self.files.iter().zip(hashes).filter(|(file, _)| file.is_written()) {
            let (directory, name) = split(file.entry.path.as_str());
            let mode = match file.entry.kind {
                EntryKind::Executable => FileMode::Executable,
                EntryKind::Directory | EntryKind::File => FileMode::Plain,
            };
            if let Some(&index) = indices.get(directory) {
                directories[index].files.push(TreeFile { name: name.to_owned(), mode, size: file.entry.size, hash });
            }
        }
        for directory in &mut directories {
            directory.files.sort_unstable_by(|left, right| left.name.cmp(&right.name));
        }
        Tree { directories }
    }
}

impl File<'_> {
    /// True if the entry becomes a file on disk: it is neither a directory nor a repetition of an earlier entry.
    pub(super) fn is_written(&self) -> bool {
        self.role == Role::Written
    }
}

/// The row of a file. It is a fault if it does not exist or has no hash, except for RECORD itself and its signatures (PEP
/// 427).
fn row(record: &mut Record, path: &str, dist_info: &str, faults: &mut Vec<WheelError>) -> Option<RecordRow> {
    let in_dist_info = path.strip_prefix(dist_info).and_then(|rest| rest.strip_prefix('/'));
    let exempt = matches!(in_dist_info, Some("RECORD" | "RECORD.jws" | "RECORD.p7s"));
    let row = record.take(path);
    match &row {
        Some(row) if row.hash.is_some() => {}
        Some(_) | None if exempt => {}
        Some(_) => faults.push(WheelError::RecordUnhashed { path: path.to_owned() }),
        None => faults.push(WheelError::RecordUnlisted { path: path.to_owned() }),
    }
    row
}

fn files(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    entries.iter().filter(|entry| entry.kind != EntryKind::Directory)
}

/// The directories that contain files, and their parents. Empty directories are not created, as in pip.
fn directories<'a>(paths: &[&'a str]) -> Vec<&'a str> {
    let mut directories = BTreeSet::from([""]);
    for path in paths {
        let mut rest = *path;
        while let Some((parent, _)) = rest.rsplit_once('/') {
            if !directories.insert(parent) {
                break;
            }
            rest = parent;
        }
    }
    directories.into_iter().collect()
}

fn check_destinations(paths: &[&str]) -> Result<(), WheelError> {
    for path in paths {
        if Destination::of(split(path).0).is_err() {
            return Err(WheelError::DataPath { path: (*path).to_owned() });
        }
    }
    Ok(())
}

fn check_disk(entries: &[Entry], directories: &[&str], names: DiskNames) -> Result<(), WheelError> {
    match names {
        DiskNames::CaseSensitive => Ok(()),
        DiskNames::CaseInsensitive => check_case(entries, directories),
        DiskNames::Windows => {
            check_windows(entries)?;
            check_case(entries, directories)
        }
    }
}

fn check_windows(entries: &[Entry]) -> Result<(), WheelError> {
    let broken = |entry: &Entry| entry.path.windows_rule().map(|rule| (entry.path.to_string(), rule));
    match files(entries).find_map(broken) {
        Some((path, rule)) => Err(WheelError::WindowsName { path, rule }),
        None => Ok(()),
    }
}

/// Refuses two names that differ only in case. They would be one file with the content of the last, or one directory
/// with one of the two names, in which Python finds no module by the other name.
fn check_case(entries: &[Entry], directories: &[&str]) -> Result<(), WheelError> {
    let mut seen: HashMap<String, &str> = HashMap::new();
    let paths = files(entries).map(|entry| entry.path.as_str());
    for path in directories.iter().copied().chain(paths) {
        if let Some(first) = seen.insert(path.to_lowercase(), path)
            && first != path
        {
            return Err(WheelError::CaseCollision { first: first.to_owned(), second: path.to_owned() });
        }
    }
    Ok(())
}

/// A path's directory, empty at the root, and its name.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}
