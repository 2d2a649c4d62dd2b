//! Versions and version specifiers (PEP 440). The types are `pep440_rs`'s; parsing goes through here, so that
//! every caller gets the same leniency and the same errors.

use std::str::FromStr;

use pep440_rs::VersionSpecifier;
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

/// Parses a comma-separated list of PEP 440 version specifiers; the empty list admits every version. Empty parts are
/// passed over, as `packaging` passes over them.
///
/// Two things that `packaging` reads are refused: `===` with a text that is no version, which no release can match,
/// and numbers above 2^64.
///
/// # Errors
/// When one of the specifiers is invalid.
pub fn parse_specifiers(text: &str) -> Result<VersionSpecifiers, InvalidVersion> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(parse_specifier)
        .collect::<Option<Vec<_>>>()
        .map(VersionSpecifiers::from_iter)
        .ok_or_else(|| InvalidVersion { text: text.to_owned(), specifier: true })
}

/// `pep440_rs` is more lenient than the standard: it reads `>=1.*` and blanks between specifiers.
fn parse_specifier(text: &str) -> Option<VersionSpecifier> {
    let version = text.trim_start_matches(['<', '>', '=', '!', '~']).trim_start();
    let operator = text[..text.len() - version.len()].trim_end();
    if version.contains(char::is_whitespace) || version.ends_with(".*") && !matches!(operator, "==" | "!=") {
        return None;
    }
    VersionSpecifier::from_str(text).ok()
}
