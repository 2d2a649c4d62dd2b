//! Records of builds, as notes about the wheels in the store: the same source code is not built twice by the same backend,
//! with the same settings, for the same Python.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::app::error::AppError;
use crate::host::Host;
use crate::python::{Identity, Interpreter};
use crate::store::StoredWheel;
use crate::vocab::{Requirement, SafePath, Sha256, Version};

use super::build::ReadyBackend;
use super::build_environment::BuildEnvironment;
use super::builds::{BuildMode, Builds};

/// The build of a wheel.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
struct BuildRecord {
    /// The SHA-256 of the wheel.
    wheel: String,
    source: BuildSource,
    /// All requirements of the environment.
    requires: Vec<String>,
    /// The digest of the environment.
    environment: String,
}

/// Everything that decides a build beside the backend: the source code, the settings, and the Python.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct BuildSource {
    /// A digest, or the commit of a repository.
    content: String,
    subdirectory: Option<SafePath>,
    settings: BTreeMap<String, Vec<String>>,
    python: Identity,
    version: Version,
    /// `SOURCE_DATE_EPOCH`.
    epoch: Option<String>,
}

impl BuildSource {
    pub(super) fn new(
        builds: &Builds<'_>,
        interpreter: &Interpreter,
        content: String,
        subdirectory: Option<&SafePath>,
    ) -> Self {
        let epoch = builds.context.local.host.environment.var("SOURCE_DATE_EPOCH");
        Self {
            content,
            subdirectory: subdirectory.cloned(),
            settings: builds.options.config_settings.clone(),
            python: interpreter.identity(),
            version: interpreter.version.clone(),
            epoch: epoch.map(str::to_owned),
        }
    }

    /// The wheel of an earlier build, if the backend would be the same today.
    pub(super) fn find(&self, builds: &Builds<'_>, interpreter: &Interpreter) -> Result<Option<StoredWheel>, AppError> {
        let host = builds.context.local.host;
        match builds.mode {
            // The wheel must not be swept before a change names it.
            BuildMode::CarryOut => builds.keep_store()?,
            BuildMode::Plan => {}
        }
        let records = builds.store.notes(host)?;
        let records = records.iter().filter_map(|note| serde_json::from_str::<BuildRecord>(note).ok());
        for record in records.filter(|record| record.source == *self) {
            let Some(wheel) = stored(builds, host, &record)? else { continue };
            let requires = record.requires.iter().map(|text| text.parse()).collect::<Result<Vec<Requirement>, _>>();
            let Ok(requires) = requires else { continue };
            if BuildEnvironment::resolve(builds, interpreter, &requires)?.digest() == record.environment {
                return Ok(Some(wheel));
            }
        }
        Ok(None)
    }

    /// Records the build of a wheel.
    pub(super) fn record(
        self,
        builds: &Builds<'_>,
        wheel: &StoredWheel,
        backend: &ReadyBackend,
    ) -> Result<(), AppError> {
        let record = BuildRecord {
            wheel: wheel.sha256().to_hex(),
            source: self,
            requires: backend.requires.iter().map(ToString::to_string).collect(),
            environment: backend.environment.clone(),
        };
        let Ok(note) = serde_json::to_string(&record) else { return Ok(()) };
        Ok(wheel.add_note(builds.context.local.host, &note)?)
    }
}

fn stored(builds: &Builds<'_>, host: &Host, record: &BuildRecord) -> Result<Option<StoredWheel>, AppError> {
    match Sha256::from_hex(&record.wheel) {
        Some(sha256) => Ok(builds.store.find(host, sha256)?),
        None => Ok(None),
    }
}
