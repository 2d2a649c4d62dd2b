//! The addresses of PyTorch's indexes: `indexes.toml`, or a mirror in place of it.

use std::fmt;
use std::path::Path;

use serde::Deserialize;

use crate::accelerator::Label;
use crate::index::{IndexUrl, InvalidIndexUrl};
use crate::vocab::Address;

/// The address or directory below which there is an index for each label.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IndexBase(IndexUrl);

/// Text that is not such an address.
pub type InvalidIndexBase = InvalidIndexUrl;

/// The content of `indexes.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Addresses {
    pytorch: String,
}

impl IndexBase {
    /// That of PyTorch.
    pub fn pytorch() -> Self {
        built_in()
    }

    /// Parses an address, or the path of a directory, relative to `directory`.
    ///
    /// # Errors
    /// If it is neither.
    pub fn parse(text: &str, directory: &Path) -> Result<Self, InvalidIndexBase> {
        IndexUrl::parse(text, directory).map(Self)
    }

    /// The address, with its credentials.
    pub fn address(&self) -> Address {
        self.0.url().into()
    }

    /// The index of a label.
    pub fn index(&self, label: &Label) -> IndexUrl {
        self.0.below(&label.to_string())
    }
}

/// The address in `indexes.toml`.
fn built_in() -> IndexBase {
    let parsed = toml::from_str(include_str!("indexes.toml")).ok();
    let base = parsed.and_then(|Addresses { pytorch }| IndexBase::parse(&pytorch, Path::new("")).ok());
    #[expect(clippy::expect_used, reason = "a test reads the file, which is part of the program")]
    base.expect("`indexes.toml` has one address")
}

impl Default for IndexBase {
    fn default() -> Self {
        Self::pytorch()
    }
}

impl fmt::Display for IndexBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_label_has_an_index_below_the_base() {
        let base = IndexBase::parse("https://user:secret@mirror.example/whl", Path::new("/")).unwrap();
        let index = base.index(&"cu126".parse().unwrap());
        assert_eq!(index.to_string(), "https://mirror.example/whl/cu126/");
        assert_eq!(index.url().password(), Some("secret"));
        assert_eq!(index.page(&"torch".parse().unwrap()).path(), "/whl/cu126/torch/");
    }

    #[test]
    fn pytorch_has_one_address_over_https() {
        let index = IndexBase::pytorch().index(&"cpu".parse().unwrap());
        assert_eq!((index.url().scheme(), index.url().path()), ("https", "/whl/cpu/"));
    }
}
