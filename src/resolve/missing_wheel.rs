//! The reasons why a version has no wheel for this machine.

use std::collections::BTreeMap;
use std::fmt;

use crate::vocab::{PackageName, Version};

/// The treatment of a requested package whose newest version has no wheel for this machine. Dependencies are always
/// reported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NewestWithoutWheel {
    /// The resolution fails.
    Refuse,
    /// The newest version with a wheel is taken, and that is reported.
    Report,
}

/// The reason why a version has no wheel for this machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum MissingWheel {
    /// There are wheels for other machines or interpreters.
    OtherMachines { machine: String, offered: String },
    /// There are only source distributions.
    SourceOnly,
}

/// The presence of a source distribution that could be built here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SourceArchive {
    Absent,
    Present,
}

/// The prospect of a package with another Python on this machine.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OtherPython {
    DoesNotHelp,
    MayHelp,
}

impl OtherPython {
    /// The prospect if any of several causes may be gone then.
    pub(super) fn any(causes: impl IntoIterator<Item = Self>) -> Self {
        if causes.into_iter().any(|cause| cause == Self::MayHelp) { Self::MayHelp } else { Self::DoesNotHelp }
    }
}

/// Packages of which no suitable version has a wheel for this machine.
pub type LackingPackages = BTreeMap<PackageName, Lacking>;

/// The newest version of a package that has no wheel for this machine.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lacking {
    pub missing: MissingWheel,
    pub source_archive: SourceArchive,
    pub other_python: OtherPython,
}

impl fmt::Display for MissingWheel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherMachines { machine, offered } => {
                write!(f, "has no wheel for {machine}, only for {offered}")
            }
            Self::SourceOnly => f.write_str("is published as source only"),
        }
    }
}

/// Advice on a newest version without a wheel.
pub(super) fn hint(name: &PackageName, usable: &Version, source_archive: SourceArchive) -> String {
    let request = format!("request `{}`, the newest with a wheel", up_to(name, usable));
    build_or(build_option(name, source_archive), &request)
}

/// Advice on a newest version whose dependencies have no wheels.
pub(super) fn hint_on_dependencies(name: &PackageName, usable: Option<&Version>, lacking: &LackingPackages) -> String {
    let other_python = OtherPython::any(lacking.values().map(|lacking| lacking.other_python));
    match (usable, other_python, build_options(lacking)) {
        (Some(usable), _, options) => {
            build_or(options, &format!("request `{}`, the newest that needs no build", up_to(name, usable)))
        }
        (None, OtherPython::MayHelp, options) => build_or(options, "try another Python with `--python`"),
        (None, OtherPython::DoesNotHelp, Some(options)) => format!("pass `{options}` to build from source"),
        (None, OtherPython::DoesNotHelp, None) => format!("request another version of `{name}`"),
    }
}

/// Advice on a package without any wheel.
pub(super) fn only_source_hint(name: &PackageName, source_archive: SourceArchive) -> String {
    match build_option(name, source_archive) {
        Some(option) => format!("pass `{option}` to build it from source"),
        None => {
            "only `.tar.gz` and `.zip` archives can be built; request a version that has one, or a wheel".to_owned()
        }
    }
}

/// The advice to pass options that allow builds, if there are any, or to do something else.
pub(super) fn build_or(options: Option<String>, other: &str) -> String {
    match options {
        Some(options) => format!("pass `{options}` to build from source, or {other}"),
        None => other.to_owned(),
    }
}

/// The option that allows the build of a package, if it can be built.
pub(super) fn build_option(name: &PackageName, source_archive: SourceArchive) -> Option<String> {
    match source_archive {
        SourceArchive::Absent => None,
        SourceArchive::Present => Some(format!("--allow-build {name}")),
    }
}

/// The options that allow the builds of packages without wheels; `None` if none of them can be built.
pub(super) fn build_options(lacking: &LackingPackages) -> Option<String> {
    let options = lacking.iter().filter_map(|(name, lacking)| build_option(name, lacking.source_archive));
    let options: Vec<String> = options.collect();
    (!options.is_empty()).then(|| options.join(" "))
}

/// Packages without wheels as a clause: "`a`, which is published as source only".
pub(super) fn listed(lacking: &LackingPackages) -> String {
    let parts: Vec<String> = lacking.iter().map(|(name, one)| format!("`{name}`, which {}", one.missing)).collect();
    parts.join(", and ")
}

/// A requirement that admits a version and older ones. Specifiers of this kind cannot name a local version (PEP 440).
fn up_to(name: &PackageName, version: &Version) -> String {
    format!("{name}<={}", version.clone().without_local())
}
