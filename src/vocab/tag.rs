//! Compatibility tags (PEP 425).

use std::fmt;
use std::str::FromStr;

/// One compatibility tag: interpreter, ABI and platform, in lowercase.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Tag {
    pub interpreter: String,
    pub abi: String,
    pub platform: String,
}

/// Text that is not a compatibility tag.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{text}` is not a valid compatibility tag")]
pub struct InvalidTag {
    text: String,
}

/// Interpreters or platforms that a summary names; the rest is counted.
const NAMED: usize = 6;

impl Tag {
    /// For what there are wheels with these tags: `cp310 and cp311 on macosx_11_0_arm64 and win_amd64`.
    pub fn summary<'t>(tags: impl IntoIterator<Item = &'t Self>) -> String {
        let tags: Vec<&Self> = tags.into_iter().collect();
        let interpreters = named(tags.iter().map(|tag| tag.interpreter.as_str()));
        let platforms = named(tags.iter().map(|tag| tag.platform.as_str()));
        format!("{interpreters} on {platforms}")
    }

    /// A tag from its three parts.
    pub fn new(interpreter: &str, abi: &str, platform: &str) -> Self {
        Self {
            interpreter: interpreter.to_ascii_lowercase(),
            abi: abi.to_ascii_lowercase(),
            platform: platform.to_ascii_lowercase(),
        }
    }

    /// Expands a compressed tag set such as `py2.py3-none-any`, as found in file names and in WHEEL.
    ///
    /// # Errors
    /// When the text does not have three parts, or a part is empty.
    pub fn parse_set(text: &str) -> Result<Vec<Self>, InvalidTag> {
        let invalid = || InvalidTag { text: text.to_owned() };
        let mut parts = text.split('-');
        let (Some(interpreters), Some(abis), Some(platforms), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(invalid());
        };
        let mut tags = Vec::new();
        for interpreter in interpreters.split('.') {
            for abi in abis.split('.') {
                for platform in platforms.split('.') {
                    if [interpreter, abi, platform].iter().any(|part| part.is_empty()) {
                        return Err(invalid());
                    }
                    tags.push(Self::new(interpreter, abi, platform));
                }
            }
        }
        Ok(tags)
    }
}

/// The different ones of some texts, in words.
fn named<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for text in texts {
        if !names.contains(&text) {
            names.push(text);
        }
    }
    let more = names.len().saturating_sub(NAMED);
    let mut names: Vec<String> = names.into_iter().take(NAMED).map(str::to_owned).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    match names.split_last() {
        Some((last, head)) if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        _ => names.concat(),
    }
}

impl FromStr for Tag {
    type Err = InvalidTag;

    fn from_str(text: &str) -> Result<Self, InvalidTag> {
        let mut tags = Self::parse_set(text)?;
        match (tags.pop(), tags.is_empty()) {
            (Some(tag), true) => Ok(tag),
            _ => Err(InvalidTag { text: text.to_owned() }),
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.interpreter, self.abi, self.platform)
    }
}
