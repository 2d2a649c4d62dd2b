//! A file that a lock names, checked.

use url::Url;

use super::base::Base;
use super::document;
use super::error::LockError;
use crate::index::file_name;
use crate::vocab::{Digest, Digests, Location, PackageName, Version, WheelName};

/// A wheel that a lock names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Wheel {
    pub(super) name: WheelName,
    pub(super) location: Location,
    pub(super) size: Option<u64>,
    /// Absent where the lock states no digest that can be verified: whoever chooses the wheel refuses it.
    pub(super) digests: Option<Digests>,
}

/// Checks a wheel against the package that it belongs to.
pub(super) fn wheel(
    artifact: &document::Artifact,
    package: (&PackageName, Option<&Version>),
    base: &Base,
) -> Result<Wheel, LockError> {
    let text = name(artifact).ok_or_else(|| LockError::NoPlace { name: package.0.clone() })?;
    let wheel: WheelName =
        text.parse().map_err(|source| LockError::InvalidWheelName { package: package.0.clone(), source })?;
    if wheel.name() != package.0 || package.1.is_some_and(|version| wheel.version() != version) {
        let version = package.1.map(|version| format!(" {version}")).unwrap_or_default();
        return Err(LockError::OtherWheel { wheel: text, package: format!("{}{version}", package.0) });
    }
    Ok(Wheel {
        location: location(artifact, package.0, base)?,
        size: artifact.size,
        digests: digests(artifact, &text)?,
        name: wheel,
    })
}

/// The file name: stated, or the end of the path or address.
pub(super) fn name(artifact: &document::Artifact) -> Option<String> {
    let of_path = |path: &String| path.rsplit(['/', '\\']).next().map(str::to_owned);
    let named = artifact.name.clone().or_else(|| artifact.path.as_ref().and_then(of_path));
    named.or_else(|| artifact.url.as_deref().and_then(file_name)).filter(|name| !name.is_empty())
}

/// The address to record for an archive, which is a direct reference (PEP 610).
pub(super) fn direct_url(location: &Location) -> Option<Url> {
    match location {
        Location::Path(path) => Url::from_file_path(path).ok(),
        Location::Url(url) => Url::parse(url).ok(),
    }
}

/// A lock at hand is read with the files beside it; one from elsewhere with the addresses it names, where it does.
fn location(artifact: &document::Artifact, package: &PackageName, base: &Base) -> Result<Location, LockError> {
    match (&artifact.path, &artifact.url, base) {
        (_, Some(url), Base::Url(_)) | (None, Some(url), Base::Directory(_)) => base.url(url),
        (Some(path), _, _) => base.path(path),
        (None, None, _) => Err(LockError::NoPlace { name: package.clone() }),
    }
}

/// The secure digests. One that claims to be secure and is not whole spoils the lock.
fn digests(artifact: &document::Artifact, file: &str) -> Result<Option<Digests>, LockError> {
    let secure = artifact.hashes.iter().filter(|(name, _)| crate::vocab::Algorithm::parse(name).is_some());
    let digests = secure.map(|(name, hex)| {
        Digest::parse(name, hex).map_err(|source| LockError::InvalidDigest { file: file.to_owned(), source })
    });
    Ok(Digests::new(digests.collect::<Result<_, _>>()?))
}
