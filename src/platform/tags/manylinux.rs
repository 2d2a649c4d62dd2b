//! The manylinux tags that an interpreter accepts (PEP 600).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The manylinux tags that an interpreter accepts, of those that its glibc allows.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manylinux {
    #[default]
    All,
    /// All but these platform tags, which the module `_manylinux` of a distributor refuses (PEP 600).
    AllBut(BTreeSet<String>),
    /// None: the interpreter has an ABI for which there is no manylinux (soft-float ARM).
    None,
}
