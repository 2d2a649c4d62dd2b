//! Changes of an app: planned, carried out, and finished after an interruption.

pub(super) mod apply;
pub(super) mod bin_directory;
pub(super) mod in_place;
pub(super) mod plan;
pub(super) mod recover;
pub(super) mod sweep;
pub(super) mod version_change;
