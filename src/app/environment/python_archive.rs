//! Unpacks the verified archive of a managed Python.

use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use crate::app::error::AppError;
use crate::app::managed_python_error::ManagedPythonError;
use crate::archive::tar::{Member, MemberKind, TarError, read_tar_gz};
use crate::host::{FileError, Host, RandomFile, VerifiedFile};
use crate::python::managed::{is_relocated, relocated};
use crate::vocab::SafePath;

/// The mode of files, less the umask. Only the right to execute is taken from the archive.
const FILE: u32 = 0o666;
const EXECUTABLE: u32 = 0o777;

/// The most bytes of a file that names directories of the installation: the largest have a tenth.
const LONGEST_RELOCATED: u64 = 4 << 20;

/// The extent of what was unpacked.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Unpacked {
    pub(super) files: u64,
    pub(super) bytes: u64,
}

/// An archive on its way into a directory.
struct Unpacking<'a> {
    host: &'a Host,
    /// The name of the archive.
    file: &'a str,
    /// The directory to fill.
    staged: &'a Path,
    /// The directory that it will be moved to.
    root: &'a Path,
    unpacked: Unpacked,
}

/// Unpacks an archive into an empty directory that will be moved to `root`. Its one top directory becomes the target.
///
/// # Errors
/// [`ManagedPythonError::Archive`] names the first rule that the archive breaks; then the directory holds a part of it.
pub(super) fn unpack(
    host: &Host,
    file: &str,
    archive: &VerifiedFile,
    staged: &Path,
    root: &Path,
) -> Result<Unpacked, AppError> {
    let mut unpacking = Unpacking { host, file, staged, root, unpacked: Unpacked::default() };
    let stream = Sequential { file: &archive.file, position: 0 };
    read_tar_gz(BufReader::with_capacity(64 << 10, stream), archive.file.size(), &mut |member| {
        unpacking.take(member).map_err(Failure::App)
    })
    .map_err(|failure| match failure {
        Failure::Archive(source) => {
            ManagedPythonError::Archive { file: file.to_owned(), source: Box::new(source) }.into()
        }
        Failure::App(error) => error,
    })?;
    Ok(unpacking.unpacked)
}

enum Failure {
    App(AppError),
    Archive(TarError),
}

impl From<TarError> for Failure {
    fn from(error: TarError) -> Self {
        Self::Archive(error)
    }
}

impl Unpacking<'_> {
    fn take(&mut self, member: Member<'_>) -> Result<(), AppError> {
        let Member { path, kind, content } = member;
        let files = self.host.files;
        let place = path.below(self.staged);
        if let Some(parent) = place.parent() {
            files.create_dirs(parent)?;
        }
        match kind {
            MemberKind::Directory => files.create_dirs(&place)?,
            MemberKind::Executable => self.write(&path, &place, EXECUTABLE, content)?,
            MemberKind::File => self.write(&path, &place, FILE, content)?,
            MemberKind::HardLink { target } => self.copy(&target, &place)?,
            // Creating links needs a privilege on Windows, whose archives have none.
            MemberKind::SymbolicLink { target } if cfg!(windows) => self.copy(&target, &place)?,
            MemberKind::SymbolicLink { target } => {
                files.symlink(Path::new(&relative(&path, &target)), &place)?;
                self.unpacked.files += 1;
            }
        }
        Ok(self.host.interrupt.check()?)
    }

    fn write(&mut self, path: &SafePath, place: &Path, mode: u32, content: &mut dyn Read) -> Result<(), AppError> {
        let mut file = self.host.files.create_new(place, mode)?;
        let failed = |source| AppError::Files(FileError { act: "write", path: place.to_owned(), source });
        let archive = self.file;
        let damaged =
            |source| ManagedPythonError::Archive { file: archive.to_owned(), source: Box::new(TarError::from(source)) };
        let mut count = |bytes: usize| self.unpacked.bytes += bytes as u64;
        if is_relocated(path) {
            let mut bytes = Vec::new();
            (&mut *content).take(LONGEST_RELOCATED).read_to_end(&mut bytes).map_err(damaged)?;
            let text = std::str::from_utf8(&bytes).ok().and_then(|text| relocated(text, self.root));
            let bytes = text.map_or(bytes, String::into_bytes);
            file.write_all(&bytes).map_err(failed)?;
            count(bytes.len());
        }
        let mut block = vec![0; 64 << 10];
        loop {
            match content.read(&mut block).map_err(damaged)? {
                0 => break,
                read => {
                    file.write_all(&block[..read]).map_err(failed)?;
                    count(read);
                }
            }
        }
        self.unpacked.files += 1;
        Ok(())
    }

    fn copy(&mut self, target: &SafePath, place: &Path) -> Result<(), AppError> {
        self.unpacked.bytes += self.host.files.copy(&target.below(self.staged), place)?;
        self.unpacked.files += 1;
        Ok(())
    }
}

/// The target of a link, relative to the directory of the link.
fn relative(link: &SafePath, target: &SafePath) -> String {
    let (mut from, mut to): (Vec<&str>, Vec<&str>) = (link.parts().collect(), target.parts().collect());
    from.pop();
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let mut parts = vec![".."; from.len() - common];
    parts.extend(to.split_off(common));
    parts.join("/")
}

/// A file, read from its beginning.
struct Sequential<'a> {
    file: &'a RandomFile,
    position: u64,
}

impl Read for Sequential<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.file.size().saturating_sub(self.position);
        let length = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        self.file.read_exact_at(&mut buffer[..length], self.position)?;
        self.position += length as u64;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_its_target_from_its_own_directory() {
        let relative = |link: &str, target: &str| {
            super::relative(&SafePath::parse(link).unwrap(), &SafePath::parse(target).unwrap())
        };
        assert_eq!(relative("bin/python3", "bin/python3.12"), "python3.12");
        assert_eq!(relative("share/man/man1/python3.1", "bin/x"), "../../../bin/x");
        assert_eq!(relative("python3", "lib/a/b"), "lib/a/b");
    }
}
