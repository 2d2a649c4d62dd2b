//! Versions and version specifiers (PEP 440). The types are `pep440_rs`'s; parsing goes through here, so that
//! every caller gets the same leniency and the same errors.

use std::str::FromStr;

pub use pep440_rs::{Version, VersionSpecifiers};

/// Text that is not a version or not a version specifier.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a valid version{}", if *.specifier { " specifier" } else { "" })]
pub struct InvalidVersion {
    text: String,
    specifier: bool,
}

/// Parses a PEP 440 version.
///
/// # Errors
/// When the text is no PEP 440 version; legacy versions are refused, as `packaging` refuses them.
pub fn parse_version(text: &str) -> Result<Version, InvalidVersion> {
    Version::from_str(text).map_err(|_| InvalidVersion { text: text.to_owned(), specifier: false })
}

/// Parses a comma-separated list of PEP 440 version specifiers; the empty list admits every version.
///
/// # Errors
/// When one of the specifiers is invalid.
pub fn parse_specifiers(text: &str) -> Result<VersionSpecifiers, InvalidVersion> {
    VersionSpecifiers::from_str(text.trim().trim_end_matches(','))
        .map_err(|_| InvalidVersion { text: text.to_owned(), specifier: true })
}
