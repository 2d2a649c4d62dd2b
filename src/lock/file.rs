//! A parsed lock.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use super::artifact::{Wheel, check_wheel, file_name};
use super::base::Base;
use super::document::{Document, Header, Kingbolt, Package};
use super::error::LockFileError;
use super::markers::{check_environment, check_marker};
use super::source_code::Code;
use crate::vocab::{ExtraName, GroupName, Marker, PackageName, Version, VersionSpecifiers};

/// A valid lock (PEP 751). It may serve many machines: [`Lock::select`] picks the wheels for one of them.
#[derive(Clone, Debug)]
pub struct Lock {
    pub(super) environments: Vec<Marker>,
    pub(super) requires_python: Option<VersionSpecifiers>,
    pub(super) extras: Vec<ExtraName>,
    pub(super) groups: Vec<GroupName>,
    pub(super) default_groups: Vec<GroupName>,
    pub(super) packages: Vec<Entry>,
    pub(super) kingbolt: Kingbolt,
    warnings: Vec<String>,
}

/// One package of a lock. The same package may occur again for other machines.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: PackageName,
    pub(super) version: Option<Version>,
    pub(super) marker: Option<Marker>,
    pub(super) requires_python: Option<VersionSpecifiers>,
    pub(super) dependencies: Vec<PackageName>,
    pub(super) source: Source,
}

/// The source of a package.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Source {
    /// One wheel, named directly.
    Archive(Wheel),
    Code(Code),
    /// The files of a release on an index. At least one.
    Release {
        wheels: Vec<Wheel>,
        sdist: Option<Code>,
    },
}

/// The newest version of the format that is fully supported.
const SUPPORTED: [u64; 2] = [1, 0];

impl Lock {
    /// The most bytes of a lock: the largest published ones have less than a quarter.
    pub const LONGEST: u64 = 16 * 1024 * 1024;

    /// Parses a lock. `base` is its directory or URL.
    pub fn parse(text: &str, base: impl Into<Base>) -> Result<Self, LockFileError> {
        let base = base.into();
        let syntax = |error| LockFileError::Syntax(Box::new(error));
        let version = toml::from_str::<Header>(text).map_err(syntax)?.lock_version.0;
        if version.release().first() != SUPPORTED.first() || version.epoch() != 0 {
            return Err(LockFileError::UnsupportedVersion { version: version.to_string() });
        }
        let is_newer = version > Version::new(SUPPORTED);
        let warning = || format!("the lock has format version {version}; anything newer than 1.0 is ignored");
        let document: Document = toml::from_str(text).map_err(syntax)?;
        document.environments.iter().try_for_each(|marker| check_environment(&marker.0))?;
        Ok(Self {
            environments: document.environments.into_iter().map(|marker| marker.0).collect(),
            requires_python: document.requires_python.map(|python| python.0),
            extras: document.extras,
            groups: document.dependency_groups,
            kingbolt: document.tool.kingbolt,
            default_groups: document.default_groups,
            packages: document.packages.into_iter().map(|package| entry(package, &base)).collect::<Result<_, _>>()?,
            warnings: is_newer.then(warning).into_iter().collect(),
        })
    }

    /// The Python versions that the lock admits.
    pub fn requires_python(&self) -> Option<&VersionSpecifiers> {
        self.requires_python.as_ref()
    }

    /// Warnings to show before the lock is used.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{} {version}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

impl Entry {
    /// The entry with its marker, which tells it from others of the same package: `` `a 1.0` for `os_name == "nt"` ``.
    pub(super) fn with_marker(&self) -> String {
        match &self.marker {
            Some(marker) => format!("`{self}` for `{marker}`"),
            None => format!("`{self}`"),
        }
    }
}

fn entry(package: Package, base: &Base) -> Result<Entry, LockFileError> {
    let version = package.version.as_ref().map(|version| version.0.clone());
    if let Some(marker) = &package.marker {
        check_marker(&marker.0)?;
    }
    Ok(Entry {
        source: source(&package, version.as_ref(), base)?,
        version,
        marker: package.marker.map(|marker| marker.0),
        requires_python: package.requires_python.map(|python| python.0),
        dependencies: package.dependencies.into_iter().map(|dependency| dependency.name).collect(),
        name: package.name,
    })
}

fn is_wheel(name: &str) -> bool {
    Path::new(name).extension() == Some(OsStr::new("whl"))
}

fn source(package: &Package, version: Option<&Version>, base: &Base) -> Result<Source, LockFileError> {
    let of = (&package.name, version);
    let from_index = package.sdist.is_some() || !package.wheels.is_empty();
    let direct = [package.vcs.is_some(), package.directory.is_some(), package.archive.is_some()];
    let direct_count = direct.into_iter().filter(|exists| *exists).count();
    if direct_count + usize::from(from_index) != 1 {
        return Err(LockFileError::ConflictingSources { name: package.name.clone() });
    }
    if let Some(directory) = &package.directory {
        return Ok(Source::Code(Code::of_directory(directory, base)));
    }
    if let Some(repository) = &package.vcs {
        return Code::of_repository(repository, &package.name, base).map(Source::Code);
    }
    match &package.archive {
        Some(archive) if file_name(archive).is_some_and(|name| is_wheel(&name)) => {
            Ok(Source::Archive(check_wheel(archive, of, base)?))
        }
        Some(archive) => Code::of_archive(archive, &package.name, base).map(Source::Code),
        None => Ok(Source::Release {
            wheels: wheels(package, version, base)?,
            sdist: package.sdist.as_ref().map(|sdist| Code::of_sdist(sdist, of, base)).transpose()?,
        }),
    }
}

/// The wheels of a release, of which no two have the same name.
fn wheels(package: &Package, version: Option<&Version>, base: &Base) -> Result<Vec<Wheel>, LockFileError> {
    let mut wheels: Vec<Wheel> = Vec::new();
    for artifact in &package.wheels {
        let wheel = check_wheel(artifact, (&package.name, version), base)?;
        if wheels.iter().any(|other| other.name == wheel.name) {
            return Err(LockFileError::RepeatedWheel { wheel: wheel.name.to_string() });
        }
        wheels.push(wheel);
    }
    Ok(wheels)
}
