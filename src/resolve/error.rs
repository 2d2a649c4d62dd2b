//! Errors of a resolution.

use std::error::Error;

use crate::vocab::{PackageName, Requirement, Version, VersionSpecifiers};

/// The reason why no versions could be chosen. `E` is the error of a failed fetch.
///
/// Exit codes: [`Fetch`](Self::Fetch) has that of its source; [`MissingDigest`](Self::MissingDigest) is a failed
/// verification; [`NoWheel`](Self::NoWheel), [`OnlySource`](Self::OnlySource), [`OtherPython`](Self::OtherPython) and
/// [`Unsuitable`](Self::Unsuitable) mean that nothing fits this machine; everything else is "no resolution".
#[derive(Debug, thiserror::Error)]
pub enum ResolveError<E: Error + 'static> {
    /// The requirements contradict each other; the explanation consists of whole sentences, one per line.
    #[error("there are no versions that satisfy everything asked for:\n{explanation}")]
    Conflict { explanation: String },
    /// A requirement names a file that cannot be installed.
    #[error("`{requirement}` cannot be installed")]
    DirectReference { requirement: Box<Requirement>, source: InvalidDirectReference },
    #[error("failed to look up `{name}`")]
    Fetch { name: PackageName, source: E },
    /// The specifiers of a requirement exclude each other.
    #[error("no version can match `{requirement}`")]
    Impossible { requirement: Box<Requirement> },
    /// The index has no secure digest for a chosen file.
    #[error("the index states no secure hash for `{file}`")]
    MissingDigest { file: String },
    #[error("no version of `{name}` matches `{requirement}`{}", offered(.newest))]
    NoMatchingVersion { name: PackageName, requirement: Box<Requirement>, newest: Vec<Version> },
    #[error("no wheel of `{name}` {version} fits {machine}: there are wheels for {offered}")]
    NoWheel { name: PackageName, version: Version, machine: String, offered: String },
    /// Only source distributions match.
    #[error("`{name}` {version} has no wheel, only a source distribution")]
    OnlySource { name: PackageName, version: Version },
    #[error("every version of `{name}` that matches `{requirement}` was yanked{}", because(.reason))]
    OnlyYanked { name: PackageName, requirement: Box<Requirement>, version: Version, reason: String },
    #[error("`{name}` {version} requires Python {requires}, not {python}")]
    OtherPython { name: PackageName, version: Version, requires: VersionSpecifiers, python: Version },
    /// The index withholds the package (PEP 792).
    #[error("`{name}` is in quarantine at the index{}", because(.reason))]
    Quarantined { name: PackageName, reason: String },
    /// The search was abandoned: even a few versions can exclude each other in very many ways.
    #[error(
        "gave up choosing versions after too many tries to make {versions} of them go together; `{name}` has the most"
    )]
    TooManyTries { versions: usize, name: PackageName },
    /// The search was abandoned.
    #[error("gave up choosing versions after looking at {versions} of them, most of `{name}`")]
    TooMuchWork { versions: usize, name: PackageName },
    #[error("no index knows a package `{name}`")]
    UnknownPackage { name: PackageName },
    /// Nothing fits this machine, for reasons that differ between versions or concern a dependency.
    #[error("there are no versions that fit {machine}:\n{explanation}")]
    Unsuitable { machine: String, explanation: String },
}

/// The reason why a direct reference cannot be installed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidDirectReference {
    #[error("it is not an address")]
    Address,
    #[error("its digest is not one that can be verified")]
    Digest,
    #[error("the wheel does not fit {machine}")]
    Machine { machine: String },
    #[error("the wheel is one of `{name}`")]
    OtherPackage { name: PackageName },
    #[error("it does not name a wheel")]
    NotAWheel,
}

impl<E: Error + 'static> ResolveError<E> {
    /// Advice on how to fix it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Conflict { .. } => Some("ask for other versions, or for fewer packages at once".to_owned()),
            Self::DirectReference { source: InvalidDirectReference::NotAWheel, .. } => {
                Some("only wheels (`.whl`) are installed: ask the publisher for one".to_owned())
            }
            Self::Impossible { .. } => Some("correct the version in the requirement".to_owned()),
            Self::NoMatchingVersion { name, newest, .. } => {
                newest.first().map(|newest| format!("ask for a version that there is, such as `{name}=={newest}`"))
            }
            Self::OnlySource { .. } => Some(
                "only wheels are installed: ask for a version that has one, or the publisher for a wheel".to_owned(),
            ),
            Self::DirectReference { .. } | Self::Fetch { .. } | Self::Quarantined { .. } => None,
            Self::MissingDigest { .. } => {
                Some("use an index that states SHA-256 hashes: without one, the file cannot be verified".to_owned())
            }
            Self::NoWheel { .. } => Some("try another Python with `--python`, or another version".to_owned()),
            Self::Unsuitable { .. } => Some("try another Python with `--python`, or other versions".to_owned()),
            Self::OnlyYanked { name, version, .. } => {
                Some(format!("to have it all the same, pin it exactly: `{name}=={version}`"))
            }
            Self::OtherPython { requires, .. } => Some(format!("pass `--python \"{requires}\"`")),
            Self::TooManyTries { name, .. } | Self::TooMuchWork { name, .. } => {
                Some(format!("narrow the versions of `{name}`"))
            }
            Self::UnknownPackage { .. } => Some(
                "check the spelling; a package of another index needs `--index-url` or `--extra-index-url`".to_owned(),
            ),
        }
    }
}

fn offered(newest: &[Version]) -> String {
    match newest {
        [] => ": it has no files".to_owned(),
        [only] => format!(": there is only {only}"),
        _ => {
            let texts: Vec<String> = newest.iter().map(ToString::to_string).collect();
            format!(": the newest are {}", texts.join(", "))
        }
    }
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}
