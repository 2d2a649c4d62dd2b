//! A wheel archive -> a tree in which every file has the hash that RECORD states.

use std::io::Write;
use std::path::Path;

use crate::host::{FileError, Host, in_parallel};
use crate::vocab::{Algorithm, Hasher, WheelName, join_relative};

use super::contents::{Contents, File};
use super::dist_info::DistInfo;
use super::record::RecordRow;
use super::{DiskNames, EntryPoint, FileMode, RecordHash, Root, Tree, WheelError};
use crate::archive::zip::{Archive, Entry, EntryKind, Source, Unpacker};

/// The result of unpacking a wheel.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unpacked {
    /// The name of the `.dist-info` directory.
    pub dist_info: String,
    /// The project's name as METADATA spells it.
    pub project: String,
    pub root: Root,
    pub entry_points: Vec<EntryPoint>,
    pub tree: Tree,
    /// Deviations that were reported but did not prevent the unpacking.
    pub notes: Vec<String>,
}

/// Checks a wheel and writes its files into an empty directory, with the given number of workers. Files are checked
/// while they are written, so the directory must not be used before this function returns.
///
/// # Errors
/// With the first rule that the wheel breaks. The directory is then unfinished.
pub fn unpack<S: Source + Sync>(
    host: &Host,
    archive: &Archive<S>,
    wheel: &WheelName,
    target: &Path,
    workers: usize,
    names: DiskNames,
) -> Result<Unpacked, WheelError> {
    let info = DistInfo::read(archive, wheel)?;
    let record = info.record(archive)?;
    let contents = Contents::plan(archive.entries(), &info.directory, &record, names)?;
    for directory in &contents.directories[1..] {
        host.files.create_dir(&join_relative(target, directory))?;
    }
    let job = Job { host, archive, target };
    let hashes = in_parallel(&contents.files, workers, Unpacker::new, |unpacker, file| job.file(unpacker, file))?;
    Ok(Unpacked {
        tree: contents.tree(hashes),
        dist_info: info.directory,
        project: info.project,
        root: info.root,
        entry_points: info.entry_points,
        notes: info.notes,
    })
}

struct Job<'a, S> {
    host: &'a Host,
    archive: &'a Archive<S>,
    target: &'a Path,
}

impl<S: Source + Sync> Job<'_, S> {
    /// Unpacks one entry. A file is written, hashed and compared; a directory or a repeated file is only checked.
    fn file(&self, unpacker: &mut Unpacker, file: &File<'_>) -> Result<RecordHash, WheelError> {
        let algorithm = file.row.as_ref().and_then(RecordRow::algorithm).unwrap_or(Algorithm::Sha256);
        let mut hasher = Hasher::new(algorithm);
        let path = file.entry.path.below(self.target);
        let mut out = None;
        let mut sink = |chunk: &[u8]| {
            self.host.interrupt.check()?;
            hasher.update(chunk);
            if file.is_written() {
                let out = match &mut out {
                    Some(out) => out,
                    none => none.insert(self.host.files.create_new(&path, mode(file.entry).bits())?),
                };
                out.write_all(chunk).map_err(|source| FileError { act: "write", path: path.clone(), source })?;
            }
            Ok::<_, WheelError>(())
        };
        unpacker.unpack(self.archive, file.entry, &mut sink)?;
        let hash = hasher.finish().into();
        if let Some(row) = &file.row {
            compare(file.entry, row, &hash)?;
        }
        Ok(hash)
    }
}

fn compare(entry: &Entry, row: &RecordRow, hash: &RecordHash) -> Result<(), WheelError> {
    let what = if row.size.is_some_and(|size| size != entry.size) {
        "size"
    } else if row.hash.as_ref().is_some_and(|stated| stated != hash) {
        "hash"
    } else {
        return Ok(());
    };
    Err(WheelError::RecordMismatch { path: entry.path.to_string(), what })
}

fn mode(entry: &Entry) -> FileMode {
    match entry.kind {
        EntryKind::Executable => FileMode::Executable,
        EntryKind::Directory | EntryKind::File => FileMode::Plain,
    }
}
