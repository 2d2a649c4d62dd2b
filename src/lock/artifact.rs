//! The checked form of a file in a lock.

use url::Url;

use super::base::Base;
use super::document;
use super::error::LockFileError;
use crate::index;
use crate::vocab::{Address, Algorithm, Digest, Digests, Location, PackageName, Version, WheelName};

/// A wheel in a lock.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Wheel {
    pub(super) name: WheelName,
    pub(super) location: Location,
    pub(super) size: Option<u64>,
    /// Absent if the lock has no digest that can be verified. Selecting the wheel is then an error.
    pub(super) digests: Option<Digests>,
}

/// Checks a wheel against its package.
pub(super) fn check_wheel(
    artifact: &document::Artifact,
    package: (&PackageName, Option<&Version>),
    base: &Base,
) -> Result<Wheel, LockFileError> {
    let text = file_name(artifact).ok_or_else(|| LockFileError::NoPlace { name: package.0.clone() })?;
    let wheel: WheelName =
        text.parse().map_err(|source| LockFileError::InvalidWheelName { package: package.0.clone(), source })?;
    if wheel.name() != package.0 || package.1.is_some_and(|version| wheel.version() != version) {
        let version = package.1.map(|version| format!(" {version}")).unwrap_or_default();
        return Err(LockFileError::OtherWheel { wheel: text, package: format!("{}{version}", package.0) });
    }
    Ok(Wheel {
        location: location(artifact, package.0, base)?,
        size: artifact.size,
        digests: digests(artifact, &text)?,
        name: wheel,
    })
}

/// The file name: explicit, or the last component of the path or URL.
pub(super) fn file_name(artifact: &document::Artifact) -> Option<String> {
    let of_path = |path: &String| path.rsplit(['/', '\\']).next().map(str::to_owned);
    let named = artifact.name.clone().or_else(|| artifact.path.as_ref().and_then(of_path));
    named.or_else(|| artifact.url.as_deref().and_then(index::file_name)).filter(|name| !name.is_empty())
}

/// The URL to record for an archive, which is a direct reference (PEP 610).
pub(super) fn direct_url(location: &Location) -> Option<Address> {
    match location {
        Location::Path(path) => Url::from_file_path(path).ok().map(Address::from),
        Location::Url(url) => Some(url.clone()),
    }
}

/// A local lock prefers paths over URLs; a lock from a URL prefers URLs.
pub(super) fn location(
    artifact: &document::Artifact,
    package: &PackageName,
    base: &Base,
) -> Result<Location, LockFileError> {
    match (&artifact.path, &artifact.url, base) {
        (_, Some(url), Base::Url(_)) | (None, Some(url), Base::Directory(_)) => base.url(url),
        (Some(path), _, _) => base.path(path),
        (None, None, _) => Err(LockFileError::NoPlace { name: package.clone() }),
    }
}

/// The secure digests. An invalid digest of a secure algorithm makes the lock invalid.
pub(super) fn digests(artifact: &document::Artifact, file: &str) -> Result<Option<Digests>, LockFileError> {
    let secure = artifact.hashes.iter().filter(|(name, _)| Algorithm::parse(name).is_some());
    let digests = secure.map(|(name, hex)| {
        Digest::parse(name, hex).map_err(|source| LockFileError::InvalidDigest { file: file.to_owned(), source })
    });
    Ok(Digests::new(digests.collect::<Result<_, _>>()?))
}
