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
    #[error("the lock lists `{name}` more than once for {machine}")]
    Ambiguous { name: PackageName, machine: String },
    #[error("`{name}` has more than one kind of source, or none")]
    ConflictingSources { name: PackageName },
    #[error("the lock does not support {machine}")]
    Environment { machine: String },
    /// A lock from a URL may not name files outside its own directory.
    #[error("`{path}` is outside the directory of the lock")]
    EscapingPath { path: String },
    #[error("`{address}` is not a URL that can be downloaded")]
    InvalidAddress { address: Address },
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
    NoWheel { package: String, machine: String, offered: String, platforms: WheelPlatforms },
    #[error("the lock requires Python {requires}, not {python}")]
    OtherPython { requires: VersionSpecifiers, python: String },
    #[error("`{wheel}` is not a wheel of `{package}`")]
    OtherWheel { wheel: String, package: String },
    #[error("`{package}` requires Python {requires}, not {python}")]
    PackageOtherPython { package: String, requires: VersionSpecifiers, python: String },
    /// There is no wheel, and the available source would have to be built.
    #[error("`{package}` has no wheel, only {kind}")]
    SourceOnly { package: String, kind: &'static str },
    #[error("the file is not a valid lock")]
    Syntax(#[source] Box<toml::de::Error>),
    #[error("the lock has no extra `{extra}`")]
    UnknownExtra { extra: ExtraName, known: Vec<ExtraName> },
    #[error("the lock has no dependency group `{group}`")]
    UnknownGroup { group: GroupName, known: Vec<GroupName> },
    #[error("lock format version {version} is not supported")]
    UnsupportedVersion { version: String },
}

/// The description of a project directory.
pub(super) const DIRECTORY: &str = "a source directory";

impl LockFileError {
    /// Advice on how to fix it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Ambiguous { .. }
            | Self::ConflictingSources { .. }
            | Self::InvalidAddress { .. }
            | Self::InvalidDigest { .. }
            | Self::InvalidWheelName { .. }
            | Self::NoPlace { .. }
            | Self::NotText
            | Self::OtherWheel { .. }
            | Self::Syntax(_) => None,
            Self::NoWheel { platforms: WheelPlatforms::Other, .. } => {
                Some("create a lock that supports this machine".to_owned())
            }
            Self::Environment { .. } | Self::NoWheel { platforms: WheelPlatforms::This, .. } => {
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
            Self::SourceOnly { kind: DIRECTORY, .. } => Some(
                "create the lock without the project itself, for example with `uv export --no-emit-project`".to_owned(),
            ),
            Self::SourceOnly { .. } => Some(
                "Kingbolt installs only wheels; lock a version that has one, or ask the maintainers for a wheel"
                    .to_owned(),
            ),
            Self::UnknownExtra { known, .. } => Some(known_names("extra", known)),
            Self::UnknownGroup { known, .. } => Some(known_names("dependency group", known)),
            Self::UnsupportedVersion { .. } => Some("a newer version of Kingbolt may support it".to_owned()),
        }
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
