//! The way in which source code that a request names is built.

use std::collections::BTreeMap;

use crate::resolve::AllowedBuilds;

use serde::{Deserialize, Serialize};

/// Options for the build of source code.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct BuildOptions {
    /// True if directories stay where they are, and the environment leads to them (PEP 660).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub editable: bool,
    /// The packages of indexes whose source distributions may be built.
    #[serde(skip_serializing_if = "AllowedBuilds::is_nothing")]
    pub allowed: AllowedBuilds,
    /// Settings for the backend (PEP 517): a key that was named more than once has several values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub config_settings: BTreeMap<String, Vec<String>>,
}

impl BuildOptions {
    /// True if nobody asked for anything.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
