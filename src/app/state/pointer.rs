//! The pointer to an application's current generation: the truth about what is installed. Flipping it is the one
//! moment at which an application changes.
//!
//! On Unix a symbolic link, so that launchers go through it without a program of ours; on Windows, where links need
//! a privilege, a text file that our launcher reads.

use std::path::{Path, PathBuf};

use crate::host::{FileKind, Host, checkpoint};
use crate::platform::Os;

use crate::app::{AppError, AppPlaces, GenerationName};

/// The generation that the pointer names, whether or not it is there; `None` when there is no pointer.
pub(in crate::app) fn read(host: &Host, places: &AppPlaces) -> Result<Option<GenerationName>, AppError> {
    let path = places.pointer();
    let target = match host.files.kind(&path)? {
        None => return Ok(None),
        Some(FileKind::Symlink) => host.files.read_link(&path)?,
        Some(FileKind::File) => PathBuf::from(host.files.read_text(&path)?.trim()),
        Some(FileKind::Directory | FileKind::Other) => return Err(AppError::ForeignPointer { path }),
    };
    let name = target.file_name().and_then(|name| name.to_str()).and_then(GenerationName::parse);
    match name {
        Some(name) if target == relative(&name) => Ok(Some(name)),
        _ => Err(AppError::ForeignPointer { path }),
    }
}

/// Makes a generation the current one, in one step.
pub(in crate::app) fn flip(host: &Host, places: &AppPlaces, name: &GenerationName) -> Result<(), AppError> {
    let target = relative(name);
    match Os::current() {
        Os::Linux | Os::MacOs => host.files.symlink_atomic(&target, &places.pointer())?,
        Os::Windows => {
            let text = format!("{}\n", target.display());
            host.files.write_atomic(&places.pointer(), text.as_bytes())?;
        }
    }
    checkpoint("pointer flipped");
    Ok(())
}

/// Takes the pointer away, or whatever somebody put in its place: the application is no longer installed.
pub(in crate::app) fn remove(host: &Host, places: &AppPlaces) -> Result<(), AppError> {
    host.files.remove_any(&places.pointer())?;
    checkpoint("pointer removed");
    Ok(())
}

/// Relative to the pointer's own directory, so that a home that is moved keeps its pointers.
fn relative(name: &GenerationName) -> PathBuf {
    Path::new("generations").join(name.directory())
}
