//! The file name of a wheel (PEP 427, and the binary distribution format of the PyPA specifications).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{PackageName, Tag, Version, parse_version, string_conversions};

/// A parsed wheel file name: `{name}-{version}[-{build}]-{interpreters}-{abis}-{platforms}.whl`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct WheelName {
    text: String,
    name: PackageName,
    version: Version,
    build: Option<BuildNumber>,
}

/// A build number: its leading digits, then the rest as text. Of two wheels of one version, the greater is preferred.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct BuildNumber {
    number: u64,
    suffix: String,
}

/// Text that is not the file name of a wheel.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a valid wheel file name: {reason}")]
pub struct InvalidWheelName {
    text: String,
    reason: &'static str,
}

impl WheelName {
    /// The file name as it was parsed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The package.
    pub fn name(&self) -> &PackageName {
        &self.name
    }

    /// The version.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The build number; a wheel without one sorts before those with one.
    pub fn build(&self) -> Option<&BuildNumber> {
        self.build.as_ref()
    }

    /// The tags, expanded from the compressed sets.
    pub fn tags(&self) -> impl Iterator<Item = Tag> {
        // The tags were parsed with the name, so they are valid.
        self.tag_set().and_then(|set| Tag::in_set(set).ok()).into_iter().flatten()
    }

    /// `{interpreters}-{abis}-{platforms}`.
    fn tag_set(&self) -> Option<&str> {
        let stem = self.text.strip_suffix(ENDING)?;
        let (before, _) = stem.rmatch_indices('-').nth(2)?;
        Some(&stem[before + 1..])
    }
}

const ENDING: &str = ".whl";

/// The maximum length of a file name on common disks, in bytes.
const LONGEST: usize = 255;

impl FromStr for WheelName {
    type Err = InvalidWheelName;

    fn from_str(text: &str) -> Result<Self, InvalidWheelName> {
        let invalid = |reason| InvalidWheelName { text: text.to_owned(), reason };
        if text.len() > LONGEST {
            return Err(invalid("it is too long for a file name"));
        }
        // Names, versions, build numbers and tags need no other characters; such a name is always a valid file name.
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+!".contains(&byte)) {
            return Err(invalid("it contains an invalid character"));
        }
        let stem = text.strip_suffix(ENDING).ok_or_else(|| invalid("it does not end in `.whl`"))?;
        let parts: Vec<&str> = stem.split('-').collect();
        let (name, version, build, tags) = match parts.as_slice() {
            [name, version, tags @ ..] if tags.len() == 3 => (name, version, None, tags),
            [name, version, build, tags @ ..] if tags.len() == 3 => (name, version, Some(build), tags),
            _ => return Err(invalid("it does not have five or six parts")),
        };
        let name = name.parse().map_err(|_| invalid("the name is invalid"))?;
        // In file names, `-` of a version is written as `_`; the `+` of local versions stays.
        let version = parse_version(&version.replace('_', "-")).map_err(|_| invalid("the version is invalid"))?;
        let build = match build {
            Some(build) => Some(build.parse().map_err(|()| invalid("the build number does not start with a digit"))?),
            None => None,
        };
        drop(Tag::in_set(&tags.join("-")).map_err(|_| invalid("the tags are invalid"))?);
        Ok(Self { text: text.to_owned(), name, version, build })
    }
}

string_conversions!(WheelName);

impl fmt::Display for WheelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for BuildNumber {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, suffix) = text.split_at(digits);
        Ok(Self { number: number.parse().map_err(|_| ())?, suffix: suffix.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_name_are_read() {
        let name: WheelName = "Demo_x-1!2.0+cu118-1abc-py2.py3-none-any.whl".parse().unwrap();
        assert_eq!((name.name().as_str(), name.version().to_string()), ("demo-x", "1!2.0+cu118".to_owned()));
        assert_eq!(name.build(), Some(&BuildNumber { number: 1, suffix: "abc".to_owned() }));
        let tags = ["py2-none-any", "py3-none-any"].map(|tag| tag.parse().unwrap());
        assert_eq!(name.tags().collect::<Vec<Tag>>(), tags);
    }

    #[test]
    fn a_build_number_or_tag_that_leads_to_another_directory_is_refused() {
        let long = format!("a-1-1{}-py3-none-any.whl", "x".repeat(255));
        for text in
            ["a-1-1/../../b-py3-none-any.whl", "a-1-py3-none-any\\b.whl", "a-1-1\nb-py3-none-any.whl", &long, "a-1.whl"]
        {
            assert!(text.parse::<WheelName>().is_err(), "{text}");
        }
    }
    #[test]
    fn build_numbers_are_ordered_by_number_and_then_by_text() {
        let order = ["1", "1a", "1b", "2", "10", "010x", "11"].map(|text| text.parse::<BuildNumber>().unwrap());
        assert!(order.is_sorted(), "{order:?}");
        assert!(None < Some(&order[0]));
        assert_eq!("a1".parse::<BuildNumber>(), Err(()));
    }
}
