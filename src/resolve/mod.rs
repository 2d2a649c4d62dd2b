//! Requirements and candidates -> pins, or an explained conflict (PubGrub). Fetches nothing itself: pages and metadata
//! come through the trait [`Packages`].
//!
//! Pre-releases follow pip: one can be chosen if a known requirement mentions a pre-release and admits it, or admits no
//! final release that this machine can use, or if the request allows all of them. pip looks at all current requirements
//! together; here each counts by itself. Yanked files can be chosen only for requirements that pin them exactly.
//! Requirements of a version that was given up admit neither. Source distributions can be chosen
//! where there is no usable wheel, of packages that the request allows to be built.

mod allowed_builds;
mod candidates;
mod decisions;
mod dependencies;
mod direct;
mod error;
mod known_extras;
mod missing_wheel;
mod newest;
mod package_state;
mod packages;
mod passed_over;
mod pins;
#[cfg(any(test, fuzzing))]
pub mod properties;
mod provider;
mod release;
mod releases;
mod report;
mod request;
mod resolver;
mod search;
mod solve;
mod state;
#[cfg(test)]
mod tests;
mod unavailable;
mod upload_rules;
mod version_rules;

pub use allowed_builds::{AllowedBuilds, SdistUse};
pub use direct::direct_file;
pub use error::{InvalidDirectReference, ResolveError};
pub use missing_wheel::{Lacking, LackingPackages, MissingWheel, NewestWithoutWheel, SourceArchive};
pub use packages::{MetadataError, Packages, PrefetchHint};
pub use request::{HashPolicy, ResolveRequest};
pub use solve::resolve;
pub use upload_rules::{UndatedFiles, UploadFilter, UploadRules};
pub use version_rules::{LockedRules, Prereleases, VersionRules};
