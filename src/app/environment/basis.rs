//! Compares the metadata that a resolution was based on with METADATA of the verified wheels: until then it is only
//! what a server stated.

use crate::app::error::{AppError, StatedBy};
use crate::app::state::Context;
use crate::fetch::keep_metadata;
use crate::host::Event;
use crate::store::{AssembleError, StoredWheel};
use crate::vocab::{Hasher, Metadata};
use crate::wheel::RecordHash;

use super::resolved::Resolution;

/// Compares the wheels of a resolution, in the order of its pins. METADATA of those that differ is cached.
///
/// # Errors
/// [`AppError::OtherMetadata`] for the first wheel that differs.
pub(super) fn compare(context: &Context<'_>, resolution: &Resolution, stored: &[StoredWheel]) -> Result<(), AppError> {
    let mut first = None;
    for (pin, wheel) in resolution.pins.iter().zip(stored) {
        let Some(basis) = resolution.basis.get(&pin.name) else { continue };
        let Some(bytes) = metadata(context, wheel)? else { continue };
        let difference = match Metadata::parse(&bytes) {
            Ok(metadata) => basis.difference(&metadata),
            Err(_) => Some("validity"),
        };
        let Some(field) = difference else { continue };
        if let Some(digests) = &pin.digests {
            keep_metadata(context.host.files, &context.directories.cache_dir, digests, &bytes);
        }
        first = first
            .or_else(|| Some(AppError::OtherMetadata { wheel: pin.wheel.clone(), field, stated_by: StatedBy::Server }));
    }
    first.map_or(Ok(()), Err)
}

/// METADATA of a wheel in the store; `None` if it is missing, which assembly reports.
pub(super) fn metadata(context: &Context<'_>, wheel: &StoredWheel) -> Result<Option<Vec<u8>>, AppError> {
    let manifest = wheel.manifest();
    let path = wheel.tree().join(&manifest.dist_info).join("METADATA");
    let Some(bytes) = context.host.files.read_if_present(&path)? else { return Ok(None) };
    let directory = manifest.tree.directories.iter().find(|directory| directory.path == manifest.dist_info);
    let file = directory.and_then(|directory| directory.files.iter().find(|file| file.name == "METADATA"));
    let is_unchanged = file.is_some_and(|file| {
        let mut hasher = Hasher::new(file.hash.algorithm());
        hasher.update(&bytes);
        RecordHash::from(hasher.finish()) == file.hash
    });
    if is_unchanged {
        return Ok(Some(bytes));
    }
    let (wheel, sha256) = (wheel.name().name().clone(), wheel.sha256());
    Err(AssembleError::Damaged { path, wheel, sha256 }.into())
}

/// Resolves and installs. If a wheel has other metadata than it was resolved from, does it once more: by then, that of
/// the wheel is cached.
pub(in crate::app) fn with_true_metadata<T>(
    context: &Context<'_>,
    mut attempt: impl FnMut() -> Result<T, AppError>,
) -> Result<T, AppError> {
    match attempt() {
        Err(error @ AppError::OtherMetadata { .. }) => {
            context.progress.event(Event::Warning { message: &format!("{error}; resolving again") });
            attempt()
        }
        other => other,
    }
}
