//! The reasons why a version has no wheel for this machine.

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
pub(super) fn hint(name: &PackageName, usable: &Version) -> String {
    format!("request `{}`, the newest with a wheel", up_to(name, usable))
}

/// A requirement that admits a version and older ones. Specifiers of this kind cannot name a local version (PEP 440).
fn up_to(name: &PackageName, version: &Version) -> String {
    format!("{name}<={}", version.clone().without_local())
}
