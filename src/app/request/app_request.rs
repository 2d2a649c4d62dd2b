//! What a person asked for: kept in the receipt, compared when the same is asked again.

use serde::{Deserialize, Serialize};

use crate::store::LinkMode;
use crate::vocab::{ExtraName, Requirement};

/// A request for an application. Two equal requests mean the same environment.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Request {
    /// The package whose commands are wanted, with the extras wanted of it.
    pub requirement: Requirement,
    /// Further requirements of the same environment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<Requirement>,
    /// The Python asked for, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub python: Option<String>,
    /// The indexes asked for, without credentials.
    #[serde(default, skip_serializing_if = "Sources::is_default")]
    pub sources: Sources,
    pub link_mode: LinkMode,
}

/// Indexes that a request names, as typed, without credentials.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Sources {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_url: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_index_urls: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub find_links: Vec<String>,
}

impl Sources {
    /// Whether nothing was named.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Request {
    /// Adds extras to those that the requirement names.
    pub fn add_extras(&mut self, extras: impl IntoIterator<Item = ExtraName>) {
        self.requirement.extras.extend(extras);
        self.requirement.extras.sort();
        self.requirement.extras.dedup();
    }
}
