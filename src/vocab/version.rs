//! Versions and version specifiers (PEP 440). The types are those of `pep440_rs`; all parsing is done here, so that
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
/// If the text is not a PEP 440 version. As in `packaging`, legacy versions are refused.
pub fn parse_version(text: &str) -> Result<Version, InvalidVersion> {
    let version = Version::from_str(text.trim()).ok().filter(|_| !text.contains(GREATEST_NUMBER));
    version.ok_or_else(|| InvalidVersion { text: text.to_owned(), specifier: false })
}

/// The greatest 64-bit number. A version that contains it is refused: the next version would need a greater number.
const GREATEST_NUMBER: &str = "18446744073709551615";

/// Parses a comma-separated list of PEP 440 version specifiers; the empty list admits every version. As in `packaging`,
/// empty parts are ignored.
///
/// Two forms that `packaging` accepts are refused: `===` with a text that is not a version, which no release can match,
/// and numbers of 2^64 - 1 and more.
///
/// # Errors
/// If one of the specifiers is invalid.
pub fn parse_specifiers(text: &str) -> Result<VersionSpecifiers, InvalidVersion> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(parse_specifier)
        .collect::<Option<Vec<_>>>()
        .map(VersionSpecifiers::from_iter)
        .ok_or_else(|| InvalidVersion { text: text.to_owned(), specifier: true })
}

/// `pep440_rs` is more lenient than the standard: it accepts `>=1.*` and spaces between specifiers.
fn parse_specifier(text: &str) -> Option<VersionSpecifier> {
    let version = text.trim_start_matches(['<', '>', '=', '!', '~']).trim_start();
    let operator = text[..text.len() - version.len()].trim_end();
    if version.contains(char::is_whitespace) || version.ends_with(".*") && !matches!(operator, "==" | "!=") {
        return None;
    }
    VersionSpecifier::from_str(text).ok().filter(|_| !text.contains(GREATEST_NUMBER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_of_any_kind_around_a_version_are_no_part_of_it() {
        assert_eq!(parse_version("\u{202f}\u{b}1.0\t\u{2029}\n"), parse_version("1.0"));
    }

    #[test]
    fn a_version_after_which_none_could_come_is_not_read() {
        for text in ["1.18446744073709551615", "1.post18446744073709551615", "1.dev018446744073709551615"] {
            assert!(parse_version(text).is_err() && parse_specifiers(&format!("=={text}")).is_err(), "{text}");
        }
        assert!(parse_version("1.18446744073709551614").is_ok());
    }
}
