//! The extras and dependency groups of a lock that are wanted.

use crate::vocab::{ExtraName, GroupName};

/// Extras and dependency groups (PEP 751, "extras" and "dependency-groups").
#[derive(Clone, Debug, Default)]
pub struct Selection {
    pub extras: Vec<ExtraName>,
    pub groups: Vec<GroupName>,
    pub default_groups: DefaultGroups,
}

/// The use of the groups that a lock selects by default.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum DefaultGroups {
    Exclude,
    /// Selected beside those that are named.
    #[default]
    Include,
}
