//! Errors of locks.

use std::fmt;

use crate::platform::WheelPlatforms;
use crate::vocab::{Address, ExtraName, GroupName, InvalidDigest, InvalidWheelName, PackageName, VersionSpecifiers};

/// A lock that cannot be used, at all or on this machine.
///
/// Exit codes: [`MissingDigest`](Self::MissingDigest) is a failed verification; [`Environment`](Self::Environment),
/// [`NoWheel`](Self::NoWheel), [`OtherPython`](Self::OtherPython), [`PackageOtherPython`](Self::PackageOtherPython) and
/// [`SourceOnly`](Self::SourceOnly) mean that nothing fits this machine; [`UnknownExtra`](Self::UnknownExtra) and
/// [`UnknownGroup`](Self::UnknownGroup) are wrong requests; everything else is a broken lock.
#[derive(Debug, thiserror::Error)]
pub enum LockFileError {
    /// Two entries of one package apply to this machine.
    #[error("two entries of the lock are for {machine}: {one} and {other}")]
    Ambiguous { machine: String, one: String, other: String },
    #[error("`{name}` has more than one kind of source, or none")]
    ConflictingSources { name: PackageName },
    #[error("the lock does not support {machine}")]
    Environment { machine: String },
    /// A lock from a URL may not name files outside its own directory.
    #[error("`{path}` is outside the directory of the lock")]
    EscapingPath { path: String },
    #[error("`{address}` is not a URL that can be downloaded")]
    InvalidAddress { address: Address },
    #[error("`{commit}`, the commit of `{name}`, is not the full ID of a commit")]
    InvalidCommit { name: PackageName, commit: String },
    #[error("the hash of `{file}` is invalid")]
    InvalidDigest { file: String, source: InvalidDigest },
    #[error("a wheel of `{package}` has an invalid name")]
    InvalidWheelName { package: PackageName, source: InvalidWheelName },
    #[error("the lock has no secure hash for `{file}`")]
    MissingDigest { file: String },
    #[error("a file of `{name}` has neither a path nor a URL")]
    NoPlace { name: PackageName },
    #[error("the file is not UTF-8 text")]
    NotText,
    #[error("no wheel of `{package}` supports {machine}; there are wheels for {offered}")]
    NoWheel {
        package: String,
        machine: String,
        offered: String,
        platforms: WheelPlatforms,
        /// The name of the package, if it could be built.
        buildable: Option<Box<PackageName>>,
    },
    #[error("the lock requires Python {requires}, not {python}")]
    OtherPython { requires: VersionSpecifiers, python: String },
    #[error("`{sdist}` is not a source distribution of `{package}`")]
    OtherSdist { sdist: String, package: String },
    #[error("`{wheel}` is not a wheel of `{package}`")]
    OtherWheel { wheel: String, package: String },
    #[error("`{package}` requires Python {requires}, not {python}")]
    PackageOtherPython { package: String, requires: VersionSpecifiers, python: String },
    #[error("the lock lists `{wheel}` twice")]
    RepeatedWheel { wheel: String },
    /// There is no wheel, and the source code is not built.
    #[error("`{package}` has no wheel, only {kind}")]
    SourceOnly { name: PackageName, package: String, kind: String, remedy: Remedy },
    #[error("the file is not a valid lock")]
    Syntax(#[source] Box<toml::de::Error>),
    #[error("the lock has no extra `{extra}`")]
    UnknownExtra { extra: ExtraName, known: Vec<ExtraName> },
    #[error("the lock has no dependency group `{group}`")]
    UnknownGroup { group: GroupName, known: Vec<GroupName> },
    #[error("lock format version {version} is not supported")]
    UnsupportedVersion { version: String },
    /// Other installers would stop at it, or install something else.
    #[error("the marker `{marker}` cannot be evaluated")]
    UnusableMarker { marker: String },
}

/// The way out for a package without a wheel.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Remedy {
    /// It can be built if that is allowed.
    Build,
    /// Its source code cannot be built here.
    OtherLock,
    /// It is the project of the lock, which is not there.
    WithoutProject,
}

impl LockFileError {
    /// Advice on how to fix it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Ambiguous { .. }
            | Self::ConflictingSources { .. }
            | Self::InvalidAddress { .. }
            | Self::InvalidCommit { .. }
            | Self::InvalidDigest { .. }
            | Self::InvalidWheelName { .. }
            | Self::NoPlace { .. }
            | Self::NotText
            | Self::OtherSdist { .. }
            | Self::OtherWheel { .. }
            | Self::RepeatedWheel { .. }
            | Self::Syntax(_)
            | Self::UnusableMarker { .. } => None,
            Self::NoWheel { platforms, buildable, .. } => {
                let build = buildable.as_ref().map(|name| format!("build it from source with `--allow-build {name}`"));
                let python =
                    (*platforms == WheelPlatforms::This).then(|| "try another Python with `--python`".to_owned());
                let lock = Some("create a lock that supports this machine".to_owned());
                let ways: Vec<String> = [build, python, lock].into_iter().flatten().collect();
                Some(alternatives(&ways))
            }
            Self::Environment { .. } => {
                Some("try another Python with `--python`, or create a lock that supports this machine".to_owned())
            }
            Self::EscapingPath { .. } => {
                Some("download the lock together with its files, and use the local copy".to_owned())
            }
            Self::MissingDigest { .. } => {
                Some("create the lock with SHA-256 hashes; without a hash, the file cannot be verified".to_owned())
            }
            Self::OtherPython { requires, .. } | Self::PackageOtherPython { requires, .. } => {
                Some(format!("pass `--python \"{requires}\"`"))
            }
            Self::SourceOnly { remedy: Remedy::Build, name, .. } => {
                Some(format!("pass `--allow-build {name}` to build it, which runs code of the package"))
            }
            Self::SourceOnly { remedy: Remedy::OtherLock, .. } => {
                Some("lock a version that has a wheel, or ask the maintainers for one".to_owned())
            }
            Self::SourceOnly { remedy: Remedy::WithoutProject, .. } => Some(
                "create the lock without the project itself, for example with `uv export --no-emit-project`".to_owned(),
            ),
            Self::UnknownExtra { known, .. } => Some(known_names("extra", known)),
            Self::UnknownGroup { known, .. } => Some(known_names("dependency group", known)),
            Self::UnsupportedVersion { .. } => Some("a newer version of Kingbolt may support it".to_owned()),
        }
    }
}

/// Ways out as one sentence: `a, b, or c`.
fn alternatives(ways: &[String]) -> String {
    match ways {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{}, or {last}", others.join(", ")),
    }
}

fn known_names(noun: &str, names: &[impl fmt::Display]) -> String {
    let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match shown.len() {
        0 => format!("it has no {noun}s; create the lock with them"),
        1 => format!("its only {noun} is {}", shown.concat()),
        _ => format!("its {noun}s are {}", shown.join(", ")),
    }
}
