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

/// Parses a comma-separated list of PEP 440 version specifiers; the empty list admits every version. Writings that
/// PEP 440 does not know but releases have, such as `>=3.5.*`, `>=3.6 <4` and `!=3.0*`, are understood.
///
/// # Errors
/// When one of the specifiers is invalid.
pub fn parse_specifiers(text: &str) -> Result<VersionSpecifiers, InvalidVersion> {
    VersionSpecifiers::from_str(text)
        .or_else(|_| VersionSpecifiers::from_str(&repaired(text)))
        .map_err(|_| InvalidVersion { text: text.to_owned(), specifier: true })
}

const OPERATORS: [&str; 8] = ["===", "~=", "==", "!=", "<=", ">=", "<", ">"];

/// The specifiers without quotes, separated by commas, with wildcards where PEP 440 allows them.
fn repaired(text: &str) -> String {
    let text = text.replace(['\'', '"'], "");
    let mut specifiers = Vec::new();
    for part in text.split(',') {
        let mut rest = part.trim();
        while let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
            let version = &rest[operator.len()..];
            let end = version.find(['<', '>', '=', '!', '~']).unwrap_or(version.len());
            specifiers.push(format!("{operator}{}", wildcard_moved(operator, version[..end].trim())));
            rest = &version[end..];
        }
        if !rest.is_empty() {
            specifiers.push(rest.to_owned());
        }
    }
    specifiers.join(",")
}

/// Only `==` and `!=` have wildcards, and only after a dot.
fn wildcard_moved(operator: &str, version: &str) -> String {
    match version.strip_suffix('*').map(|stem| stem.trim_end_matches('.')) {
        Some(stem) if matches!(operator, "==" | "!=") => format!("{stem}.*"),
        Some(stem) if operator != "===" => stem.to_owned(),
        Some(_) | None => version.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifiers_are_understood_as_releases_write_them() {
        for (given, meant) in [
            (">=3.5.*", ">=3.5"),
            (">=3.6 <4", ">=3.6,<4"),
            (">=2.7, !=3.0*, !=3.1.*", ">=2.7,!=3.0.*,!=3.1.*"),
            (">='3.8'", ">=3.8"),
            (">=3.8,", ">=3.8"),
            (",>=3.8,,<4", ">=3.8,<4"),
            ("", ""),
            (" >= 3.8 , < 4 ", ">=3.8,<4"),
            ("==3.*", "==3.*"),
        ] {
            assert_eq!(parse_specifiers(given), Ok(VersionSpecifiers::from_str(meant).unwrap()), "{given}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_refused() {
        for given in ["3.8", ">=", "=>3.8", ">=3.8;", "python", ">=three", "~=3", "!3"] {
            assert!(parse_specifiers(given).is_err(), "{given}");
        }
    }
}
