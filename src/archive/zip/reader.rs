//! An opened archive.

use super::entry::{Entry, EntryKind};
use super::{ArchiveError, Rule, Source, central, end, limits, local, names};

/// An archive with a valid central directory.
#[derive(Debug)]
pub struct Archive<S> {
    source: S,
    entries: Vec<Entry>,
}

impl<S: Source> Archive<S> {
    /// Reads the end records and the central directory.
    ///
    /// # Errors
    /// Names the first [`Rule`] that the archive or one of its entries breaks.
    pub fn open(source: S) -> Result<Self, ArchiveError> {
        let place = end::central_directory(&source)?;
        let mut bytes = vec![0; usize::try_from(place.size).map_err(|_| Rule::CentralDirectory)?];
        source.read_exact_at(&mut bytes, place.start)?;
        let mut entries = central::entries(&bytes, place)?;
        delimit(&mut entries, place.start)?;
        check_total(&entries, source.size())?;
        names::check(&entries)?;
        Ok(Self { source, entries })
    }

    /// Every entry, in the order of the central directory.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The file at a path.
    pub fn find(&self, path: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.path.as_str() == path && entry.kind != EntryKind::Directory)
    }

    pub(super) fn source(&self) -> &S {
        &self.source
    }
}

/// Sets the end of every entry to the start of the next one in the file, or of the central directory. Reading its local
/// header then shows that the entry ends exactly there, so that every byte of the file is accounted for.
fn delimit(entries: &mut [Entry], directory: u64) -> Result<(), ArchiveError> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_unstable_by_key(|&index| entries[index].start);
    let first = order.first().map_or(directory, |&index| entries[index].start);
    if first != 0 {
        return Err(Rule::Prefix.into());
    }
    let mut end = directory;
    for &index in order.iter().rev() {
        let entry = &mut entries[index];
        let least = (local::HEADER_SIZE + entry.path.as_str().len()) as u64;
        let data_end = entry.start.checked_add(least).and_then(|start| start.checked_add(entry.compressed_size));
        if data_end.is_none_or(|data_end| data_end > end) {
            return Err(ArchiveError::entry(entry.path.as_str(), Rule::Overlap));
        }
        entry.end = end;
        end = entry.start;
    }
    Ok(())
}

fn check_total(entries: &[Entry], archive_size: u64) -> Result<(), Rule> {
    let total = entries.iter().fold(0_u64, |total, entry| total.saturating_add(entry.size));
    if total > limits::TOTAL {
        return Err(Rule::TooLarge { total, limit: limits::TOTAL });
    }
    if total > limits::HARMLESS_TOTAL && total > archive_size.saturating_mul(limits::TOTAL_RATIO) {
        return Err(Rule::Bomb { total, ratio: limits::TOTAL_RATIO });
    }
    Ok(())
}
