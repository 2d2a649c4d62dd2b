//! Compatibility tags (PEP 425).

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use super::words::joined;

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

/// The number of interpreters or platforms that a summary names; the rest are counted.
const NAMED: usize = 6;

impl Tag {
    /// A summary of the interpreters and platforms of tags: `cp310 and cp311 on macosx_11_0_arm64 and win_amd64`.
    pub fn summary(tags: impl IntoIterator<Item = Self>) -> String {
        let (mut interpreters, mut platforms) = (Names::default(), Names::default());
        for tag in tags {
            interpreters.add(tag.interpreter_in_words());
            platforms.add(tag.platform);
        }
        format!("{} on {}", interpreters.in_words(), platforms.in_words())
    }

    /// The interpreter, and its ABI if that is more specific: `cp313t`, `py3 with graalpy240_310_native`.
    fn interpreter_in_words(&self) -> String {
        if self.abi.starts_with(&self.interpreter) {
            self.abi.clone()
        } else if self.interpreter.starts_with("py") && self.abi != "none" {
            format!("{} with {}", self.interpreter, self.abi)
        } else {
            self.interpreter.clone()
        }
    }

    /// A tag from its three parts.
    pub fn new(interpreter: &str, abi: &str, platform: &str) -> Self {
        Self {
            interpreter: interpreter.to_ascii_lowercase(),
            abi: abi.to_ascii_lowercase(),
            platform: platform.to_ascii_lowercase(),
        }
    }

    /// Expands a compressed tag set such as `py2.py3-none-any`, as in file names and in WHEEL.
    ///
    /// # Errors
    /// If the text does not have three parts, a part is empty, or it expands to far more tags than any real set.
    pub fn parse_set(text: &str) -> Result<Vec<Self>, InvalidTag> {
        Self::in_set(text).map(Iterator::collect)
    }

    /// The same as an iterator: a short text can expand to many tags.
    pub(super) fn in_set(text: &str) -> Result<impl Iterator<Item = Self>, InvalidTag> {
        let invalid = || InvalidTag { text: text.to_owned() };
        let parts: Vec<&str> = text.split('-').collect();
        let [interpreters, abis, platforms] = parts[..] else {
            return Err(invalid());
        };
        let counts = parts.iter().map(|part| part.split('.').count());
        if parts.iter().any(|part| part.split('.').any(str::is_empty))
            || counts.fold(1, usize::saturating_mul) > MAX_TAGS
        {
            return Err(invalid());
        }
        let pairs = interpreters.split('.').flat_map(|interpreter| abis.split('.').map(move |abi| (interpreter, abi)));
        Ok(pairs.flat_map(|(interpreter, abi)| {
            platforms.split('.').map(move |platform| Self::new(interpreter, abi, platform))
        }))
    }
}

/// The maximum number of tags. No real wheel has a fifth of it.
const MAX_TAGS: usize = 500;

/// Unique texts in their original order.
#[derive(Default)]
struct Names {
    known: HashSet<String>,
    first: Vec<String>,
}

impl Names {
    fn add(&mut self, name: String) {
        if self.known.insert(name.clone()) && self.first.len() < NAMED {
            self.first.push(name);
        }
    }

    fn in_words(self) -> String {
        let more = self.known.len() - self.first.len();
        let mut names = self.first;
        if more > 0 {
            names.push(format!("{more} more"));
        }
        joined(&names)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_stands_for_every_combination_of_its_parts() {
        let tags = |text| Tag::parse_set(text).map(|tags| tags.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(
            tags("py2.py3-None-any.win32"),
            Ok(["py2-none-any", "py2-none-win32", "py3-none-any", "py3-none-win32"].map(str::to_owned).to_vec())
        );
        for text in ["", "py3", "py3-none", "py3-none-any-x", "py3..py2-none-any", "py3-none-", "-none-any"] {
            assert!(tags(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_summary_names_the_abi_where_it_keeps_a_wheel_from_fitting() {
        let summary = |texts: &[&str]| Tag::summary(texts.iter().flat_map(|text| Tag::parse_set(text).unwrap()));
        assert_eq!(summary(&["cp312-cp312-win32", "cp313-cp313t-win32"]), "cp312 and cp313t on win32");
        assert_eq!(summary(&["cp310-abi3-any", "cp310-none-any"]), "cp310 on any");
        assert_eq!(
            summary(&["py3-none-any", "py3-graalpy240_310_native-any"]),
            "py3 and py3 with graalpy240_310_native on any"
        );
    }

    #[test]
    fn a_short_set_that_stands_for_a_billion_tags_is_refused() {
        let many = ["a"; 1000].join(".");
        assert!(Tag::parse_set(&format!("{many}-{many}-{many}")).is_err());
    }
}
