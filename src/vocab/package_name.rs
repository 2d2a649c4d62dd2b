//! Names of packages and of extras, normalised as PEP 503 and PEP 685 specify.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::string_conversions;

/// A package name in its normalised form: lowercase, runs of `-`, `_` and `.` written as one `-` (PEP 503).
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct PackageName(String);

/// The name of an extra, normalised by the same rule (PEP 685).
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExtraName(String);

/// The name of a dependency group, normalised by the same rule (PEP 735).
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupName(String);

/// Text that is not a name: it is empty, contains a character outside `A-Z a-z 0-9 - _ .`, or does not start and end
/// with a letter or digit (PEP 508).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a valid name")]
pub struct InvalidName {
    text: String,
}

impl InvalidName {
    /// The error for a text that contains what is no name.
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned() }
    }
}

impl PackageName {
    /// The name as in file names of wheels and `.dist-info` directories: `-` written as `_`.
    pub fn escaped(&self) -> String {
        self.0.replace('-', "_")
    }
}

/// Implements what all kinds of names have in common.
macro_rules! normalized_name {
    ($($name:ident),*) => {$(
        impl $name {
            /// The normalised name.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                checked(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

normalized_name!(ExtraName, GroupName, PackageName);
string_conversions!(ExtraName, GroupName, PackageName);

fn checked(text: &str) -> Result<String, InvalidName> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || is_separator(byte);
    let bytes = text.as_bytes();
    let ends_well = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if !ends_well(bytes.first()) || !ends_well(bytes.last()) || !bytes.iter().all(|&byte| allowed(byte)) {
        return Err(InvalidName { text: text.to_owned() });
    }
    Ok(normalized(text))
}

/// Normalises text as PEP 503 specifies, without checking that it is a name.
pub(super) fn normalized(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for character in text.chars() {
        if !matches!(character, '-' | '_' | '.') {
            name.push(character.to_ascii_lowercase());
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    name
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised_as_pep_503_says() {
        for (given, expected) in
            [("Jinja2", "jinja2"), ("zope.interface", "zope-interface"), ("a_-.b", "a-b"), ("x", "x"), ("0", "0")]
        {
            assert_eq!(given.parse::<PackageName>().unwrap().as_str(), expected);
        }
    }

    #[test]
    fn names_with_foreign_characters_are_refused() {
        for given in ["", "-a", "a-", "a b", "é", "a/b", "..", "a\n"] {
            assert!(given.parse::<PackageName>().is_err(), "{given:?}");
        }
    }
}
