//! The isolated environment of a build backend (PEP 517, "Build environment"): resolved and installed like an app's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::app::error::AppError;
use crate::app::state::{Context, OnlineContext, cache};
use crate::fetch::Catalog;
use crate::host::Silent;
use crate::python::Interpreter;
use crate::resolve::{AllowedBuilds, NewestWithoutWheel, ResolveRequest, VersionRules, resolve as resolve_packages};
use crate::store::{AssemblyOptions, CallerVariables, LinkMode};
use crate::venv::{self, Layout};
use crate::vocab::{Digests, Pin, Requirement, Sha256};

use super::builder::Builder;
use super::builds::Builds;
use super::resolved::{PythonSupply, Resolution};

/// The backend runs without the variables of the person already.
const OPTIONS: AssemblyOptions = AssemblyOptions { link_mode: LinkMode::File, variables: CallerVariables::Keep };

/// The packages of an environment for builds.
pub(super) struct BuildEnvironment<'a> {
    builds: &'a Builds<'a>,
    resolution: Resolution,
}

impl<'a> BuildEnvironment<'a> {
    /// Chooses the packages. They come as wheels: a build does not begin others.
    pub(super) fn resolve(
        builds: &'a Builds<'a>,
        interpreter: &Interpreter,
        requires: &[Requirement],
    ) -> Result<Self, AppError> {
        let OnlineContext { local, network, .. } = builds.context;
        let catalog = Catalog::new(local.host, network, cache::marked(local.host, local.directories), builds.index);
        let request = ResolveRequest {
            requirements: Vec::new(),
            with: requires.to_vec(),
            markers: interpreter.markers.clone(),
            python: interpreter.version.clone(),
            tags: interpreter.tags(),
            rules: VersionRules::default(),
            uploads: builds.uploads.clone(),
            hashes: builds.hashes,
            newest_without_wheel: NewestWithoutWheel::Report,
            builds: AllowedBuilds::default(),
            asked_by: "the build".to_owned(),
        };
        // The phases of the build environment are part of one phase, the build.
        let pins = resolve_packages(&request, &catalog, &Silent).map_err(|error| Box::new(error.map(Into::into)))?;
        let known = |pin: &Pin| Some((pin.name.clone(), catalog.known_metadata(&pin.location)?));
        let basis: BTreeMap<_, _> = pins.iter().filter_map(known).collect();
        Ok(Self {
            builds,
            resolution: Resolution {
                interpreter: interpreter.clone(),
                supply: PythonSupply::Found,
                pins,
                basis,
                accelerator: None,
            },
        })
    }

    /// A digest of the wheels: equal environments build the same wheel of the same source code.
    pub(super) fn digest(&self) -> String {
        let line = |pin: &Pin| {
            let sha256 = pin.digests.as_ref().and_then(Digests::sha256).map(Sha256::to_hex);
            format!("{} {}\n", pin.wheel, sha256.unwrap_or_default())
        };
        let lines: String = self.resolution.pins.iter().map(line).collect();
        Sha256::of(lines.as_bytes()).to_hex()
    }

    /// Makes the environment in a directory, and returns its interpreter.
    pub(super) fn make(&self, root: &Path) -> Result<PathBuf, AppError> {
        let silent = Silent;
        let builds = self.builds;
        let context = OnlineContext { local: Context { progress: &silent, ..builds.context.local }, ..*builds.context };
        let venv = venv::Options { prompt: Some("build".to_owned()), ..venv::Options::default() };
        let mut builder = Builder::new(&context, &self.resolution, root, venv, OPTIONS)?;
        for step in builder.plan() {
            builder.apply(&step)?;
        }
        builds.add_tools(&builder.content.stored);
        Ok(Layout::of(&self.resolution.interpreter, root).python)
    }
}
