//! The source code in a lock, from which a wheel can be built.

use std::path::PathBuf;

use url::Url;

use super::artifact::{digests, file_name, location};
use super::base::Base;
use super::document;
use super::error::{LockFileError, Remedy};
use crate::index::FileName;
use crate::vocab::{Digests, Location, PackageName, SafePath, Version};

/// Source code that a lock names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SourceCode {
    pub kind: CodeKind,
    /// The directory of the project below the top of the source code.
    pub subdirectory: Option<SafePath>,
}

/// The kinds of source code.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CodeKind {
    Archive {
        location: Location,
        file: String,
        size: Option<u64>,
        /// Absent if the lock has no digest that can be verified. Selecting the archive is then an error.
        digests: Option<Digests>,
        origin: ArchiveOrigin,
    },
    Directory {
        path: PathBuf,
        editable: bool,
    },
    Git {
        url: Url,
        /// The full ID of the commit.
        commit: String,
        /// The branch or tag that the author of the lock asked for.
        requested: Option<String>,
    },
}

/// The origin of an archive.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ArchiveOrigin {
    /// It was named directly.
    Direct,
    /// It is the source distribution of a release on an index.
    Index,
}

/// Checked source code.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Code {
    Buildable(SourceCode),
    /// Source code that is never built.
    Refused {
        description: String,
        remedy: Remedy,
    },
}

impl Code {
    /// Checks a source distribution against its package.
    pub(super) fn of_sdist(
        sdist: &document::Artifact,
        package: (&PackageName, Option<&Version>),
        base: &Base,
    ) -> Result<Self, LockFileError> {
        let no_place = || LockFileError::NoPlace { name: package.0.clone() };
        let text = file_name(sdist).ok_or_else(no_place)?;
        let parsed = FileName::of_project(&text, package.0);
        let named = parsed.as_ref().and_then(FileName::sdist);
        let is_of_package =
            parsed.as_ref().is_some_and(|name| package.1.is_none_or(|version| name.version() == version));
        match named.filter(|_| is_of_package) {
            None => {
                let version = package.1.map(|version| format!(" {version}")).unwrap_or_default();
                Err(LockFileError::OtherSdist { sdist: text, package: format!("{}{version}", package.0) })
            }
            Some(name) if !name.can_be_unpacked() => Ok(Self::refused(format!("`{text}`"), Remedy::OtherLock)),
            Some(_) => Self::archive(sdist, text, ArchiveOrigin::Index, package.0, base),
        }
    }

    /// Checks an archive that is no wheel.
    pub(super) fn of_archive(
        archive: &document::Artifact,
        package: &PackageName,
        base: &Base,
    ) -> Result<Self, LockFileError> {
        let file = file_name(archive).ok_or_else(|| LockFileError::NoPlace { name: package.clone() })?;
        let lower = file.to_ascii_lowercase();
        if ![".tar.gz", ".tgz", ".zip"].iter().any(|ending| lower.ends_with(ending)) {
            return Ok(Self::refused(format!("`{file}`"), Remedy::OtherLock));
        }
        Self::archive(archive, file, ArchiveOrigin::Direct, package, base)
    }

    fn archive(
        artifact: &document::Artifact,
        file: String,
        origin: ArchiveOrigin,
        package: &PackageName,
        base: &Base,
    ) -> Result<Self, LockFileError> {
        let (location, digests) = (location(artifact, package, base)?, digests(artifact, &file)?);
        let kind = CodeKind::Archive { location, file, size: artifact.size, digests, origin };
        let subdirectory = artifact.subdirectory.as_ref().map(|path| path.0.clone());
        Ok(Self::Buildable(SourceCode { kind, subdirectory }))
    }

    /// Checks a directory. A lock from a URL cannot name one.
    pub(super) fn of_directory(directory: &document::Directory, base: &Base) -> Self {
        let Base::Directory(beside) = base else {
            return Self::refused("a source directory".to_owned(), Remedy::WithoutProject);
        };
        let kind = CodeKind::Directory { path: beside.join(&directory.path), editable: directory.editable };
        let subdirectory = directory.subdirectory.as_ref().map(|path| path.0.clone());
        Self::Buildable(SourceCode { kind, subdirectory })
    }

    /// Checks a repository.
    pub(super) fn of_repository(
        repository: &document::Repository,
        package: &PackageName,
        base: &Base,
    ) -> Result<Self, LockFileError> {
        if repository.system != "git" {
            return Ok(Self::refused(format!("a repository of `{}`", repository.system), Remedy::OtherLock));
        }
        let commit = &repository.commit_id;
        if !matches!(commit.len(), 40 | 64) || !commit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(LockFileError::InvalidCommit { name: package.clone(), commit: commit.clone() });
        }
        let url = match (&repository.path, &repository.url, base) {
            (_, Some(url), Base::Url(_)) | (None, Some(url), Base::Directory(_)) => base.repository(url)?,
            (Some(path), _, _) => match base.path(path)? {
                Location::Path(found) => Url::from_file_path(found)
                    .map_err(|()| LockFileError::InvalidAddress { address: path.as_str().into() })?,
                Location::Url(_) => return Err(LockFileError::EscapingPath { path: path.clone() }),
            },
            (None, None, _) => return Err(LockFileError::NoPlace { name: package.clone() }),
        };
        let requested = repository.requested_revision.clone();
        let kind = CodeKind::Git { url, commit: commit.to_ascii_lowercase(), requested };
        let subdirectory = repository.subdirectory.as_ref().map(|path| path.0.clone());
        Ok(Self::Buildable(SourceCode { kind, subdirectory }))
    }

    fn refused(description: String, remedy: Remedy) -> Self {
        Self::Refused { description, remedy }
    }

    /// The source code in words.
    pub(super) fn description(&self) -> String {
        match self {
            Self::Refused { description, .. } => description.clone(),
            Self::Buildable(code) => code.description().to_owned(),
        }
    }
}

impl SourceCode {
    /// The source code in words.
    pub fn description(&self) -> &'static str {
        match &self.kind {
            CodeKind::Archive { origin: ArchiveOrigin::Direct, .. } => "a source archive",
            CodeKind::Archive { origin: ArchiveOrigin::Index, .. } => "a source distribution",
            CodeKind::Directory { .. } => "a source directory",
            CodeKind::Git { .. } => "a repository",
        }
    }
}
