//! A wheel archive -> a tree in which every file has the hash that RECORD states, or that the archive gives it if the
//! archive's own hash is known.

use std::io::Write;
use std::path::Path;

use crate::host::{FileError, Host, ThreadBudget, in_parallel};
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
    /// The files that RECORD misses or contradicts.
    pub record_faults: Vec<String>,
}

/// The options of unpacking a wheel.
#[derive(Clone, Copy, Debug)]
pub struct UnpackOptions<'a> {
    /// The threads that may join the calling one.
    pub threads: &'a ThreadBudget,
    pub names: DiskNames,
    pub wrong_record: WrongRecord,
}

/// The treatment of a RECORD that misses or contradicts files of its archive.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WrongRecord {
    /// Nothing else vouches for the archive.
    Refuse,
    /// The archive has the hash that was stated for it: the wheel is as published, and its files count.
    Report,
}

/// Checks a wheel and writes its files into an empty directory. Files are checked
/// while they are written, so the directory must not be used before this function returns.
///
/// # Errors
/// With the first rule that the wheel breaks. The directory is then unfinished.
pub fn unpack<S: Source + Sync>(
    host: &Host,
    archive: &Archive<S>,
    wheel: &WheelName,
    target: &Path,
    options: UnpackOptions<'_>,
) -> Result<Unpacked, WheelError> {
    let UnpackOptions { threads, names, wrong_record } = options;
    let info = DistInfo::read(archive, wheel)?;
    let record = info.record(archive)?;
    let mut contents = Contents::plan(archive.entries(), &info.directory, &record, names)?;
    let mut faults = wrong_record.admit(std::mem::take(&mut contents.faults))?;
    for directory in &contents.directories[1..] {
        host.files.create_dir(&join_relative(target, directory))?;
    }
    let job = Job { host, archive, target };
    let unpacked = in_parallel(&contents.files, threads, Unpacker::new, |unpacker, file| job.file(unpacker, file))?;
    let (hashes, mismatches): (Vec<_>, Vec<_>) = unpacked.into_iter().unzip();
    faults.extend(wrong_record.admit(mismatches.into_iter().flatten().collect())?);
    Ok(Unpacked {
        tree: contents.tree(hashes),
        dist_info: info.directory,
        project: info.project,
        root: info.root,
        entry_points: info.entry_points,
        notes: info.notes,
        record_faults: faults.iter().map(ToString::to_string).collect(),
    })
}

impl WrongRecord {
    /// Returns the faults, or fails with the first one.
    fn admit(self, faults: Vec<WheelError>) -> Result<Vec<WheelError>, WheelError> {
        match self {
            Self::Refuse => faults.into_iter().next().map_or(Ok(Vec::new()), Err),
            Self::Report => Ok(faults),
        }
    }
}

struct Job<'a, S> {
    host: &'a Host,
    archive: &'a Archive<S>,
    target: &'a Path,
}

impl<S: Source + Sync> Job<'_, S> {
    /// Unpacks one entry. A file is written, hashed and compared; a directory or a repeated file is only checked. Returns
    /// its hash, and the fault of RECORD if there is one.
    fn file(&self, unpacker: &mut Unpacker, file: &File<'_>) -> Result<(RecordHash, Option<WheelError>), WheelError> {
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
        let fault = file.row.as_ref().and_then(|row| mismatch(file.entry, row, &hash));
        Ok((hash, fault))
    }
}

fn mismatch(entry: &Entry, row: &RecordRow, hash: &RecordHash) -> Option<WheelError> {
    let what = if row.size.is_some_and(|size| size != entry.size) {
        "size"
    } else if row.hash.as_ref().is_some_and(|stated| stated != hash) {
        "hash"
    } else {
        return None;
    };
    Some(WheelError::RecordMismatch { path: entry.path.to_string(), what })
}

fn mode(entry: &Entry) -> FileMode {
    match entry.kind {
        EntryKind::Executable => FileMode::Executable,
        EntryKind::Directory | EntryKind::File => FileMode::Plain,
    }
}
