//! Errors of a resolution.

use std::error::Error;

use super::missing_wheel::{self, LackingPackages, MissingWheel, OtherPython, SourceArchive};
use crate::platform::WheelPlatforms;
use crate::vocab::{Address, PackageName, Requirement, Timestamp, Version, VersionSpecifiers};

/// The reason why no versions could be chosen. `E` is the error of a failed fetch.
///
/// Exit codes: [`Damaged`](Self::Damaged) and [`Fetch`](Self::Fetch) have that of their source; [`MissingDigest`](Self::MissingDigest) is a failed
/// verification; [`DependencyWithoutWheel`](Self::DependencyWithoutWheel), [`NewestWithoutWheel`](Self::NewestWithoutWheel), [`NoWheel`](Self::NoWheel), [`OnlySource`](Self::OnlySource), [`OtherPython`](Self::OtherPython) and
/// [`Unsuitable`](Self::Unsuitable) mean that nothing fits this machine; everything else is "no resolution".
#[derive(Debug, thiserror::Error)]
pub enum ResolveError<E: Error + 'static> {
    /// The requirements contradict each other; the explanation consists of whole sentences, one per line.
    #[error("no versions satisfy all requirements:\n{}", explanation.text)]
    Conflict { explanation: Explanation },
    /// The wheel of a version that was considered is damaged.
    #[error(transparent)]
    Damaged(E),
    /// A newer version than the newest usable one needs packages that have no wheel for this machine.
    #[error("`{name}` {version} needs {}", missing_wheel::listed(lacking))]
    DependencyWithoutWheel { name: PackageName, version: Version, lacking: LackingPackages, usable: Option<Version> },
    /// A requirement names a file that cannot be installed.
    #[error("`{requirement}` cannot be installed")]
    DirectReference { requirement: Box<Requirement>, source: InvalidDirectReference },
    /// A package names an address that the person did not name.
    #[error("`{name}` {version} requires `{requirement}`, but only you can name an address")]
    ForeignAddress { name: PackageName, version: Version, requirement: Box<Requirement> },
    #[error("failed to look up `{name}`")]
    Fetch { name: PackageName, source: E },
    /// The specifiers of a requirement exclude each other.
    #[error("no version can match `{requirement}`")]
    Impossible { requirement: Box<Requirement> },
    /// No secure digest is stated for a chosen file, and one is required.
    #[error("no secure hash is stated for `{file}`")]
    MissingDigest { file: String },
    /// A newer version than the newest usable one has no wheel for this machine.
    #[error("`{name}` {version} {missing}")]
    NewestWithoutWheel {
        name: PackageName,
        version: Version,
        missing: MissingWheel,
        usable: Version,
        source_archive: SourceArchive,
    },
    /// The request limits the time of uploads.
    #[error("{} does not state when the files of `{name}` were uploaded", stated_by(.index.as_ref()))]
    NoUploadTimes { name: PackageName, index: Option<Address> },
    #[error("no version of `{name}` matches `{requirement}`{}", offered(.newest))]
    NoMatchingVersion { name: PackageName, requirement: Box<Requirement>, newest: Vec<Version> },
    #[error("no wheel of `{name}` {version} supports {machine}; there are wheels for {offered}")]
    NoWheel {
        name: PackageName,
        version: Version,
        machine: String,
        offered: String,
        platforms: WheelPlatforms,
        source_archive: SourceArchive,
    },
    /// Only source distributions match.
    #[error("`{name}` {version} has no wheel, only a source distribution")]
    OnlySource { name: PackageName, version: Version, source_archive: SourceArchive },
    #[error("every version of `{name}` that matches `{requirement}` was yanked{}", because(.reason))]
    OnlyYanked { name: PackageName, requirement: Box<Requirement>, version: Version, reason: String },
    #[error("`{name}` {version} requires Python {requires}, not {python}")]
    OtherPython { name: PackageName, version: Version, requires: VersionSpecifiers, python: Version },
    /// The index withholds the package (PEP 792).
    #[error("`{name}` is quarantined by the index{}", because(.reason))]
    Quarantined { name: PackageName, reason: String },
    #[error("every version of `{name}` that matches `{requirement}` is too new: {version} was uploaded at {uploaded}")]
    TooNew { name: PackageName, requirement: Box<Requirement>, version: Version, uploaded: Timestamp },
    /// The search was abandoned: even a few versions can exclude each other in very many ways.
    #[error("gave up resolving after too many attempts to combine {versions} versions; `{name}` has the most")]
    TooManyTries { versions: usize, name: PackageName },
    /// The search was abandoned.
    #[error("gave up resolving after looking at {versions} versions, most of them of `{name}`")]
    TooMuchWork { versions: usize, name: PackageName },
    /// No secure digest is stated for a chosen file, which anyone on the way could replace.
    #[error("no secure hash is stated for `{file}`, which comes over plain HTTP")]
    UnhashedOverHttp { file: String },
    #[error("package `{name}` was not found in any index")]
    UnknownPackage { name: PackageName },
    /// Nothing fits this machine, for reasons that differ between versions or concern a dependency.
    #[error("no versions support {machine}:\n{}", explanation.text)]
    Unsuitable {
        machine: String,
        explanation: Explanation,
        /// The packages among the causes that have no wheels.
        lacking: LackingPackages,
        other_python: OtherPython,
    },
}

/// The reasons why requirements cannot be satisfied.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// A few lines: sentences, or what the newest versions depend on.
    pub text: String,
    /// The whole derivation, if it says more.
    pub derivation: Option<String>,
}

impl Explanation {
    fn how_to_see_the_derivation(&self) -> &'static str {
        if self.derivation.is_some() { "; `--verbose` shows how the conflict comes about" } else { "" }
    }
}

/// The reason why a direct reference cannot be installed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum InvalidDirectReference {
    #[error("it is not a URL")]
    Address,
    #[error("its hash cannot be verified")]
    Digest,
    #[error("the wheel does not support {machine}")]
    Machine { machine: String },
    #[error("the wheel belongs to `{name}`")]
    OtherPackage { name: PackageName },
    #[error("it is not a wheel")]
    NotAWheel,
}

impl<E: Error + 'static> ResolveError<E> {
    /// The whole derivation of a conflict, if its explanation is shorter.
    pub fn derivation(&self) -> Option<&str> {
        let (Self::Conflict { explanation } | Self::Unsuitable { explanation, .. }) = self else { return None };
        explanation.derivation.as_deref()
    }

    /// The same reason with another error of a failed fetch.
    pub fn map<F: Error + 'static>(self, map: impl FnOnce(E) -> F) -> ResolveError<F> {
        match self {
            Self::Conflict { explanation } => ResolveError::Conflict { explanation },
            Self::Damaged(source) => ResolveError::Damaged(map(source)),
            Self::DependencyWithoutWheel { name, version, lacking, usable } => {
                ResolveError::DependencyWithoutWheel { name, version, lacking, usable }
            }
            Self::DirectReference { requirement, source } => ResolveError::DirectReference { requirement, source },
            Self::Fetch { name, source } => ResolveError::Fetch { name, source: map(source) },
            Self::ForeignAddress { name, version, requirement } => {
                ResolveError::ForeignAddress { name, version, requirement }
            }
            Self::Impossible { requirement } => ResolveError::Impossible { requirement },
            Self::MissingDigest { file } => ResolveError::MissingDigest { file },
            Self::NewestWithoutWheel { name, version, missing, usable, source_archive } => {
                ResolveError::NewestWithoutWheel { name, version, missing, usable, source_archive }
            }
            Self::NoMatchingVersion { name, requirement, newest } => {
                ResolveError::NoMatchingVersion { name, requirement, newest }
            }
            Self::NoUploadTimes { name, index } => ResolveError::NoUploadTimes { name, index },
            Self::NoWheel { name, version, machine, offered, platforms, source_archive } => {
                ResolveError::NoWheel { name, version, machine, offered, platforms, source_archive }
            }
            Self::OnlySource { name, version, source_archive } => {
                ResolveError::OnlySource { name, version, source_archive }
            }
            Self::OnlyYanked { name, requirement, version, reason } => {
                ResolveError::OnlyYanked { name, requirement, version, reason }
            }
            Self::OtherPython { name, version, requires, python } => {
                ResolveError::OtherPython { name, version, requires, python }
            }
            Self::Quarantined { name, reason } => ResolveError::Quarantined { name, reason },
            Self::TooManyTries { versions, name } => ResolveError::TooManyTries { versions, name },
            Self::TooNew { name, requirement, version, uploaded } => {
                ResolveError::TooNew { name, requirement, version, uploaded }
            }
            Self::TooMuchWork { versions, name } => ResolveError::TooMuchWork { versions, name },
            Self::UnhashedOverHttp { file } => ResolveError::UnhashedOverHttp { file },
            Self::UnknownPackage { name } => ResolveError::UnknownPackage { name },
            Self::Unsuitable { machine, explanation, lacking, other_python } => {
                ResolveError::Unsuitable { machine, explanation, lacking, other_python }
            }
        }
    }

    /// True if there may be a resolution for another Python.
    pub fn may_depend_on_python(&self) -> bool {
        match self {
            Self::Conflict { .. }
            | Self::DependencyWithoutWheel { .. }
            | Self::NoWheel { .. }
            | Self::OtherPython { .. }
            | Self::Unsuitable { .. } => true,
            Self::Damaged(_)
            | Self::DirectReference { .. }
            | Self::Fetch { .. }
            | Self::ForeignAddress { .. }
            | Self::Impossible { .. }
            | Self::MissingDigest { .. }
            | Self::NewestWithoutWheel { .. }
            | Self::NoMatchingVersion { .. }
            | Self::NoUploadTimes { .. }
            | Self::OnlySource { .. }
            | Self::OnlyYanked { .. }
            | Self::Quarantined { .. }
            | Self::TooManyTries { .. }
            | Self::TooNew { .. }
            | Self::TooMuchWork { .. }
            | Self::UnhashedOverHttp { .. }
            | Self::UnknownPackage { .. } => false,
        }
    }

    /// Advice on how to fix it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Conflict { explanation } => Some(format!(
                "change the version requirements, or install fewer packages together{}",
                explanation.how_to_see_the_derivation()
            )),
            Self::Damaged(_) => Some(ANOTHER_COPY.to_owned()),
            Self::DependencyWithoutWheel { name, usable, lacking, .. } => {
                Some(missing_wheel::hint_on_dependencies(name, usable.as_ref(), lacking))
            }
            Self::DirectReference { source: InvalidDirectReference::NotAWheel, .. } => Some(
                "name a wheel, a `.tar.gz` or `.zip` archive, a directory, or a repository (`git+https://…`)"
                    .to_owned(),
            ),
            Self::ForeignAddress { requirement, .. } => {
                Some(format!("if you trust this address, pass `--with '{requirement}'`"))
            }
            Self::Impossible { .. } => Some("correct the version in the requirement".to_owned()),
            Self::NewestWithoutWheel { name, usable, source_archive, .. } => {
                Some(missing_wheel::hint(name, usable, *source_archive))
            }
            Self::NoMatchingVersion { name, newest, .. } => {
                newest.first().map(|newest| format!("request an available version, such as `{name}=={newest}`"))
            }
            Self::NoUploadTimes { name, index } => Some(no_upload_times_hint(name, index.as_ref())),
            Self::TooNew { name, .. } => Some(format!("to take it now, pass `--exclude-newer-package {name}=false`")),
            Self::OnlySource { name, source_archive, .. } => {
                Some(missing_wheel::only_source_hint(name, *source_archive))
            }
            Self::DirectReference { .. } | Self::Fetch { .. } | Self::Quarantined { .. } => None,
            Self::MissingDigest { .. } => {
                Some("use an index with SHA-256 hashes; without a hash, the file cannot be verified".to_owned())
            }
            Self::UnhashedOverHttp { .. } => Some(
                "use an `https` URL or an index with SHA-256 hashes, or accept any file with `--allow-unhashed`"
                    .to_owned(),
            ),
            Self::NoWheel { name, platforms, source_archive, .. } => {
                Some(no_wheel_hint(name, *platforms, *source_archive))
            }
            Self::Unsuitable { explanation, lacking, other_python, .. } => {
                let advice = match other_python {
                    OtherPython::DoesNotHelp => "request other versions",
                    OtherPython::MayHelp => "try another Python with `--python`, or other versions",
                };
                let advice = missing_wheel::build_or(missing_wheel::build_options(lacking), advice);
                Some(advice + explanation.how_to_see_the_derivation())
            }
            Self::OnlyYanked { name, version, .. } => {
                Some(format!("to install it anyway, pin it exactly: `{name}=={version}`"))
            }
            Self::OtherPython { requires, .. } => Some(format!("pass `--python \"{requires}\"`")),
            Self::TooManyTries { name, .. } | Self::TooMuchWork { name, .. } => {
                Some(format!("restrict the versions of `{name}`"))
            }
            Self::UnknownPackage { .. } => Some(
                "check the spelling, or add the package's index with `--index-url` or `--extra-index-url`".to_owned(),
            ),
        }
    }
}

const ANOTHER_COPY: &str =
    "get another copy of the file, or exclude its version with `!=`, and report it to its maintainers";

fn stated_by(index: Option<&Address>) -> String {
    index.map_or_else(|| "the page of links".to_owned(), |index| format!("the index `{index}`"))
}

fn no_wheel_hint(name: &PackageName, platforms: WheelPlatforms, source_archive: SourceArchive) -> String {
    let advice = match platforms {
        WheelPlatforms::Other => "request another version",
        WheelPlatforms::This => "try another Python with `--python`, or another version",
    };
    missing_wheel::build_or(missing_wheel::build_option(name, source_archive), advice)
}

fn no_upload_times_hint(name: &PackageName, index: Option<&Address>) -> String {
    let all = index.map(|index| format!(", or `--exclude-newer-index {index}=false`")).unwrap_or_default();
    format!("to take any version, pass `--exclude-newer-package {name}=false`{all}")
}

fn offered(newest: &[Version]) -> String {
    match newest {
        [] => ": it has no files".to_owned(),
        [only] => format!(": the only version is {only}"),
        _ => {
            let texts: Vec<String> = newest.iter().map(ToString::to_string).collect();
            format!(": the newest versions are {}", texts.join(", "))
        }
    }
}

pub(super) fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}
