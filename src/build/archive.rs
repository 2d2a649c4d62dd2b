//! Unpacks a source archive into a new directory.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use crate::archive::tar::{Member, MemberKind, TarError, read_tar_gz};
use crate::archive::zip::{Archive, ArchiveError, EntryKind, Unpacker};
use crate::host::{FileError, Host, RandomFile};
use crate::vocab::SafePath;

use super::BuildError;

/// The mode of files, less the umask. Only the right to execute is taken from the archive.
const FILE: u32 = 0o666;
const EXECUTABLE: u32 = 0o777;

/// Unpacks an archive that no other process can change, by the ending of its name. Its one top directory becomes the
/// target.
///
/// # Errors
/// Names the first rule that the archive breaks; then the directory may hold a part of it.
pub fn unpack_archive(host: &Host, archive: File, file_name: &str, target: &Path) -> Result<(), BuildError> {
    host.files.create_dir(target)?;
    if file_name.to_ascii_lowercase().ends_with(".zip") {
        return unpack_zip(host, archive, target);
    }
    let size = archive.metadata().map_err(TarError::from)?.len();
    read_tar_gz(io::BufReader::new(archive), size, &mut |member| unpack_member(host, member, target))
}

fn unpack_member(host: &Host, member: Member<'_>, target: &Path) -> Result<(), BuildError> {
    let Member { path, kind, content } = member;
    let place = place(host, &path, target)?;
    match kind {
        MemberKind::Directory => host.files.create_dirs(&place)?,
        MemberKind::Executable => write(host, &place, EXECUTABLE, content)?,
        MemberKind::File => write(host, &place, FILE, content)?,
        // A link becomes a copy: nothing of a build depends on the difference.
        MemberKind::HardLink { target: original } | MemberKind::SymbolicLink { target: original } => {
            host.files.copy(&original.below(target), &place)?;
        }
    }
    Ok(host.interrupt.check()?)
}

fn write(host: &Host, path: &Path, mode: u32, content: &mut dyn Read) -> Result<(), BuildError> {
    let mut file = host.files.create_new(path, mode)?;
    let mut block = vec![0; 64 << 10];
    loop {
        let read = content.read(&mut block).map_err(TarError::from)?;
        if read == 0 {
            return Ok(());
        }
        file.write_all(&block[..read]).map_err(not_written(path))?;
    }
}

fn unpack_zip(host: &Host, archive: File, target: &Path) -> Result<(), BuildError> {
    let archive = Archive::open(RandomFile::of(archive).map_err(ArchiveError::from)?)?;
    let mut unpacker = Unpacker::new();
    let top = archive.entries().first().and_then(|entry| entry.path.parts().next()).unwrap_or_default();
    for entry in archive.entries() {
        let Some(path) = entry.path.strip_prefix(top) else {
            if entry.path.as_str() == top && entry.kind == EntryKind::Directory {
                continue;
            }
            let reason = format!("{:?} lies outside the directory {top:?} of the first entry", entry.path.as_str());
            return Err(BuildError::InvalidArchive { reason });
        };
        let place = place(host, &path, target)?;
        let mode = match entry.kind {
            EntryKind::Directory => {
                host.files.create_dirs(&place)?;
                continue;
            }
            EntryKind::Executable => EXECUTABLE,
            EntryKind::File => FILE,
        };
        let mut file = host.files.create_new(&place, mode)?;
        unpacker.unpack::<_, BuildError>(&archive, entry, &mut |block| {
            Ok(file.write_all(block).map_err(not_written(&place))?)
        })?;
        host.interrupt.check()?;
    }
    Ok(())
}

/// The place of a member, whose parent directories are created.
fn place(host: &Host, path: &SafePath, target: &Path) -> Result<std::path::PathBuf, BuildError> {
    let place = path.below(target);
    if let Some(parent) = place.parent() {
        host.files.create_dirs(parent)?;
    }
    Ok(place)
}

fn not_written(path: &Path) -> impl Fn(io::Error) -> FileError + '_ {
    |source| FileError { act: "write", path: path.to_owned(), source }
}
