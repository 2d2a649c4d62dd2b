//! The extras of the versions that were looked at: an older version without one does not stand for a newer version that
//! has it.

use std::collections::BTreeMap;

use crate::vocab::{ExtraName, Metadata, PackageName, Version};

/// The newest known version with each extra.
#[derive(Debug, Default)]
pub(super) struct KnownExtras {
    newest: BTreeMap<PackageName, BTreeMap<ExtraName, Version>>,
}

impl KnownExtras {
    /// Adds the extras of a version.
    pub(super) fn add(&mut self, name: &PackageName, metadata: &Metadata) {
        for extra in &metadata.provides_extra {
            let extras = self.newest.entry(name.clone()).or_default();
            let newest = extras.entry(extra.clone()).or_insert_with(|| metadata.version.clone());
            if *newest < metadata.version {
                newest.clone_from(&metadata.version);
            }
        }
    }

    /// True if a version lacks an extra that a newer one has.
    pub(super) fn is_lost(&self, name: &PackageName, extra: &ExtraName, metadata: &Metadata) -> bool {
        let newest = self.newest.get(name).and_then(|extras| extras.get(extra));
        !metadata.provides_extra.contains(extra) && newest.is_some_and(|newest| *newest > metadata.version)
    }
}
