//! Rules for choosing versions that hold for every package, whatever requires it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::upload_rules::UploadRules;
use crate::vocab::{MarkerEnvironment, Origin, PackageName, Requirement, UploadLimit, VersionSpecifiers};

/// The rules of one resolution.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct VersionRules {
    #[serde(skip_serializing_if = "Prereleases::is_default")]
    pub prereleases: Prereleases,
    /// Specifiers that count wherever a package is required; they require nothing themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<Requirement>,
    /// Requirements that replace all others on their packages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Requirement>,
    #[serde(skip_serializing_if = "UploadRules::is_default")]
    pub uploads: UploadRules,
}

/// The pre-releases that are candidates.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prereleases {
    /// All.
    Allow,
    /// All of these packages, of others as with `WhenAsked`.
    Of(BTreeSet<PackageName>),
    /// Those admitted by a requirement that mentions a pre-release, and those of packages that offer no final release
    /// for a requirement.
    #[default]
    WhenAsked,
}

/// Rules that replace those of every request: an administrator has locked them.
#[derive(Clone, Debug, Default)]
pub struct LockedRules {
    pub constraints: Option<Vec<Requirement>>,
    pub overrides: Option<Vec<Requirement>>,
    pub prereleases: Option<Prereleases>,
    /// Of all packages and indexes, without exceptions.
    pub upload_limit: Option<UploadLimit>,
}

impl LockedRules {
    /// The rules with what is locked in place of what a request asks for.
    #[must_use]
    pub fn applied_to(&self, rules: &VersionRules) -> VersionRules {
        let Self { constraints, overrides, prereleases, upload_limit } = self.clone();
        VersionRules {
            constraints: constraints.unwrap_or_else(|| rules.constraints.clone()),
            overrides: overrides.unwrap_or_else(|| rules.overrides.clone()),
            prereleases: prereleases.unwrap_or_else(|| rules.prereleases.clone()),
            uploads: match upload_limit {
                Some(limit) => UploadRules { limit: Some(limit), ..UploadRules::default() },
                None => rules.uploads.clone(),
            },
        }
    }
}

impl Prereleases {
    /// True if nobody asked for others.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// True if all pre-releases of a package are candidates.
    pub(super) fn admits_all_of(&self, name: &PackageName) -> bool {
        match self {
            Self::Allow => true,
            Self::Of(names) => names.contains(name),
            Self::WhenAsked => false,
        }
    }
}

impl VersionRules {
    /// True if nobody asked for any.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The specifiers of the constraints on a package.
    pub(super) fn constraints_on<'a>(
        &'a self,
        name: &'a PackageName,
        markers: &'a MarkerEnvironment,
    ) -> impl Iterator<Item = &'a VersionSpecifiers> {
        let applicable = |constraint: &&Requirement| constraint.name == *name && constraint.applies(markers, &[]);
        self.constraints.iter().filter(applicable).filter_map(|constraint| match &constraint.origin {
            Origin::Index(specifiers) => Some(specifiers),
            Origin::Url(_) => None,
        })
    }

    /// The requirements that count in place of one: itself, unless its package has overrides. Extras stay.
    pub(super) fn replacing<'a>(
        &'a self,
        requirement: &'a Requirement,
        markers: &'a MarkerEnvironment,
    ) -> impl Iterator<Item = Cow<'a, Requirement>> {
        let is_of_package = |replacement: &&Requirement| replacement.name == requirement.name;
        let is_overridden = self.overrides.iter().any(|replacement| is_of_package(&replacement));
        let with_extras = |replacement: &Requirement| {
            let mut extras = [&requirement.extras[..], &replacement.extras].concat();
            extras.sort();
            extras.dedup();
            Cow::Owned(Requirement { extras, ..replacement.clone() })
        };
        let overrides = self.overrides.iter().filter(is_of_package);
        let overrides = overrides.filter(|replacement| replacement.applies(markers, &[])).map(with_extras);
        (!is_overridden).then_some(Cow::Borrowed(requirement)).into_iter().chain(overrides)
    }
}
