//! The pointer to an app's current generation: the truth about what is installed. Flipping it is the one moment at which
//! an app changes.
//!
//! On Unix a symbolic link, so that launchers go through it without a program of ours; on Windows, where links need
//! a privilege, a text file that our launcher reads.

use std::path::{Path, PathBuf};

use crate::host::{FileKind, Host, checkpoint};
use crate::platform::Os;

use crate::app::error::AppError;

use super::directories::AppDirectories;
use super::generation::GenerationName;

/// The content of the pointer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::app) enum Pointer {
    /// A link or file that names no generation. The next change replaces it.
    Elsewhere,
    Missing,
    /// The generation, which may not exist.
    To(GenerationName),
}

/// Reads the pointer.
///
/// # Errors
/// [`AppError::ForeignPointer`] when there is a directory in its place, which is never replaced.
pub(in crate::app) fn read(host: &Host, directories: &AppDirectories) -> Result<Pointer, AppError> {
    let path = directories.pointer();
    let target = match host.files.kind(&path)? {
        None => return Ok(Pointer::Missing),
        Some(FileKind::Symlink) => host.files.read_link(&path)?,
        Some(FileKind::File) => PathBuf::from(host.files.read_text(&path)?.trim()),
        Some(FileKind::Directory) => return Err(AppError::ForeignPointer { path }),
        Some(FileKind::Other) => return Ok(Pointer::Elsewhere),
    };
    let name = GenerationName::of_directory(&target).filter(|name| target == relative(name));
    Ok(name.map_or(Pointer::Elsewhere, Pointer::To))
}

/// Makes a generation the current one, in one step.
pub(in crate::app) fn flip(host: &Host, directories: &AppDirectories, name: &GenerationName) -> Result<(), AppError> {
    let target = relative(name);
    match Os::current() {
        Os::Linux | Os::MacOs => host.files.symlink_atomic(&target, &directories.pointer())?,
        Os::Windows => {
            let text = format!("{}\n", target.display());
            host.files.write_atomic(&directories.pointer(), text.as_bytes())?;
        }
    }
    checkpoint("pointer flipped");
    Ok(())
}

/// Removes the pointer: the app is no longer installed. A directory in its place is not ours, and stays.
pub(in crate::app) fn remove(host: &Host, directories: &AppDirectories) -> Result<(), AppError> {
    if host.files.kind(&directories.pointer())? != Some(FileKind::Directory) {
        host.files.remove_file(&directories.pointer())?;
    }
    checkpoint("pointer removed");
    Ok(())
}

/// Relative to the pointer's own directory, so that a home that is moved keeps its pointers.
fn relative(name: &GenerationName) -> PathBuf {
    Path::new("generations").join(name.directory())
}
