//! The packages whose source distributions may be built, and chosen where there is no wheel.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::vocab::PackageName;

/// The packages whose source distributions may be built.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AllowedBuilds {
    All,
    Of(BTreeSet<PackageName>),
}

/// The use of the source distributions of one package.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SdistUse {
    /// One is chosen for a version without a usable wheel.
    Build,
    Refuse,
}

impl AllowedBuilds {
    /// True if nothing may be built.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The use of the source distributions of a package.
    pub fn sdist_use(&self, name: &PackageName) -> SdistUse {
        match self {
            Self::All => SdistUse::Build,
            Self::Of(names) if names.contains(name) => SdistUse::Build,
            Self::Of(_) => SdistUse::Refuse,
        }
    }

    /// Adds the packages that another request allows.
    pub fn extend(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::All, _) => {}
            (Self::Of(_), Self::All) => *self = Self::All,
            (Self::Of(names), Self::Of(others)) => names.extend(others.iter().cloned()),
        }
    }
}

impl Default for AllowedBuilds {
    fn default() -> Self {
        Self::Of(BTreeSet::new())
    }
}
