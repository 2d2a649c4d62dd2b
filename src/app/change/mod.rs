//! Changes of apps and environments: planned, carried out step by step, undone after a failure, finished after an
//! interruption.

pub(super) mod activation;
pub(super) mod app_change;
pub(super) mod bin_directory;
pub(super) mod environment_change;
pub(super) mod in_place;
pub(super) mod plan;
pub(super) mod recover;
pub(super) mod sweep;
pub(super) mod version_change;
