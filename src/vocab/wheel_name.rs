//! The file name of a wheel (PEP 427, and the binary distribution format of the PyPA specifications).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{PackageName, Tag, Version, parse_version};

/// A parsed wheel file name: `{name}-{version}[-{build}]-{interpreters}-{abis}-{platforms}.whl`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct WheelName {
    text: String,
    name: PackageName,
    version: Version,
    build: Option<BuildNumber>,
    tags: Vec<Tag>,
}

/// A build number: its leading digits, then the rest as text. Ordered as wheels of the same version are preferred.
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
    /// The whole file name, as given.
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

    /// Every tag of the compressed tag set.
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

impl FromStr for WheelName {
    type Err = InvalidWheelName;

    fn from_str(text: &str) -> Result<Self, InvalidWheelName> {
        let invalid = |reason| InvalidWheelName { text: text.to_owned(), reason };
        let stem = text.strip_suffix(".whl").ok_or_else(|| invalid("it does not end in `.whl`"))?;
        let parts: Vec<&str> = stem.split('-').collect();
        let (name, version, build, tags) = match parts.as_slice() {
            [name, version, tags @ ..] if tags.len() == 3 => (name, version, None, tags),
            [name, version, build, tags @ ..] if tags.len() == 3 => (name, version, Some(build), tags),
            _ => return Err(invalid("it does not have five or six parts")),
        };
        let name = name.parse().map_err(|_| invalid("the name is invalid"))?;
        // Versions in file names write `_` where the version has `-` or, for local versions, `+` is kept.
        let version = parse_version(&version.replace('_', "-")).map_err(|_| invalid("the version is invalid"))?;
        let build = match build {
            Some(build) => Some(build.parse().map_err(|()| invalid("the build number does not start with a digit"))?),
            None => None,
        };
        let tags = Tag::parse_set(&tags.join("-")).map_err(|_| invalid("the tags are invalid"))?;
        Ok(Self { text: text.to_owned(), name, version, build, tags })
    }
}

impl TryFrom<String> for WheelName {
    type Error = InvalidWheelName;

    fn try_from(text: String) -> Result<Self, InvalidWheelName> {
        text.parse()
    }
}

impl From<WheelName> for String {
    fn from(name: WheelName) -> Self {
        name.text
    }
}

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
