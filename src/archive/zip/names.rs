//! Conflicts between the names of entries.

use std::collections::HashSet;

use super::entry::{Entry, EntryKind};
use super::{ArchiveError, Rule, limits};

/// Refuses different entries with the same path, and files where other entries need directories. An entry may be repeated
/// if the central directory says the same each time: some archivers do that.
pub(super) fn check(entries: &[Entry]) -> Result<(), ArchiveError> {
    let mut sorted: Vec<&Entry> = entries.iter().filter(|entry| entry.kind != EntryKind::Directory).collect();
    sorted.sort_unstable_by(|left, right| left.path.cmp(&right.path));
    for pair in sorted.windows(2) {
        if let [left, right] = pair
            && left.path == right.path
            && (left.kind, left.size, left.crc32) != (right.kind, right.size, right.crc32)
        {
            return Err(ArchiveError::entry(left.path.as_str(), Rule::Duplicate));
        }
    }
    let directories = directories(entries)?;
    match sorted.iter().find(|entry| directories.contains(entry.path.as_str())) {
        Some(entry) => Err(ArchiveError::entry(entry.path.as_str(), Rule::FileAndDirectory)),
        None => Ok(()),
    }
}

/// All directories among the entries and above them. A single name of 64 KiB can need 32,000.
fn directories(entries: &[Entry]) -> Result<HashSet<&str>, Rule> {
    let mut directories = HashSet::new();
    for entry in entries {
        let path = entry.path.as_str();
        if entry.kind == EntryKind::Directory {
            directories.insert(path);
        }
        let mut rest = path;
        while let Some((parent, _)) = rest.rsplit_once('/') {
            // If a directory is known, so are those above it.
            if !directories.insert(parent) {
                break;
            }
            rest = parent;
        }
        if directories.len() as u64 > limits::ENTRIES {
            return Err(Rule::TooManyDirectories { limit: limits::ENTRIES });
        }
    }
    Ok(directories)
}
