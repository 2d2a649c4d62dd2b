//! The result of a resolution, from which an environment is built.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::app::state::ChosenBuild;
use crate::python::Interpreter;
use crate::vocab::{Address, Metadata, PackageName, Pin};

use super::managed_python::ManagedInterpreter;

/// The chosen interpreter and packages.
#[derive(Clone, Debug)]
pub(in crate::app) struct Resolution {
    pub interpreter: Interpreter,
    pub supply: PythonSupply,
    pub pins: Vec<Pin>,
    /// The metadata that the choice was based on; empty if a lock or a record chose.
    pub basis: BTreeMap<PackageName, Arc<Metadata>>,
    /// The build that was chosen for an accelerator.
    pub accelerator: Option<ChosenBuild>,
}

/// How the interpreter of a resolution comes to be there.
#[derive(Clone, Debug)]
pub(in crate::app) enum PythonSupply {
    /// It was fetched just now, and is kept from being removed.
    Fetched { _kept: Arc<ManagedInterpreter> },
    /// It was there.
    Found,
    /// A plan: it would be fetched.
    ToFetch(PythonToFetch),
}

/// A Python to fetch.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct PythonToFetch {
    /// Version, date and target of the build.
    pub build: String,
    pub location: Address,
}

/// A resolution for a plan.
#[derive(Debug)]
pub(in crate::app) enum PlannedResolution {
    /// Source code would be built, which decides everything else.
    Build {
        sources: Vec<String>,
    },
    Resolved(Box<Resolution>),
}
