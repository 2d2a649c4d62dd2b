//! The result of a resolution, from which an environment is built.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::python::Interpreter;
use crate::vocab::{Metadata, PackageName, Pin};

/// The chosen interpreter and packages.
#[derive(Clone, Debug)]
pub(in crate::app) struct Resolution {
    pub interpreter: Interpreter,
    pub pins: Vec<Pin>,
    /// The metadata that the choice was based on; empty if a lock or a record chose.
    pub basis: BTreeMap<PackageName, Arc<Metadata>>,
}
