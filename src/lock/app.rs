//! The facts in a lock about an app that is made from it.

use std::collections::BTreeSet;

use super::file::Lock;
use crate::vocab::PackageName;

impl Lock {
    /// The name in `[tool.kingbolt]`.
    pub fn app_name(&self) -> Option<&str> {
        self.kingbolt.name.as_deref()
    }

    /// The commands in `[tool.kingbolt]`.
    pub fn app_commands(&self) -> Option<&[String]> {
        self.kingbolt.commands.as_deref()
    }

    /// All packages, whatever machine they are for.
    pub fn packages(&self) -> BTreeSet<PackageName> {
        self.packages.iter().map(|entry| entry.name.clone()).collect()
    }

    /// The packages that no other depends on; `None` if several packages state no dependencies at all, as in locks of pip
    /// and uv.
    pub fn roots(&self) -> Option<BTreeSet<PackageName>> {
        let mut packages = self.packages();
        let dependencies =
            self.packages.iter().flat_map(|entry| entry.dependencies.iter().filter(|name| **name != entry.name));
        let dependencies: BTreeSet<&PackageName> = dependencies.collect();
        if dependencies.is_empty() && packages.len() > 1 {
            return None;
        }
        packages.retain(|name| !dependencies.contains(name));
        Some(packages).filter(|roots| !roots.is_empty())
    }
}
