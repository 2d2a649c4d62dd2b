//! The receipt: what is installed and how it came there. Derived from the generations and never the only copy.

use serde::{Deserialize, Serialize};

use crate::host::{Host, Timestamp};
use crate::vocab::Version;

use super::generation::Generation;
use super::{AppError, AppName, AppPlaces, Request};

/// The newest form of the receipt that this version reads, and the one it writes.
pub(super) const SCHEMA: u32 = 1;

/// What is installed.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Receipt {
    pub schema: u32,
    pub app: AppName,
    pub current: String,
    pub request: Request,
    pub history: Vec<HistoryEntry>,
}

/// One generation that is still there.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct HistoryEntry {
    pub generation: String,
    pub version: Version,
    pub created: Timestamp,
}

impl Receipt {
    /// The receipt that follows from the generations, of which one is current.
    pub(super) fn of(current: &Generation, generations: &[Generation]) -> Self {
        let entry = |generation: &Generation| HistoryEntry {
            generation: generation.name.directory(),
            version: generation.facts.version.clone(),
            created: generation.facts.created,
        };
        Self {
            schema: SCHEMA,
            app: current.facts.app.clone(),
            current: current.name.directory(),
            request: current.facts.request.clone(),
            history: generations.iter().map(entry).collect(),
        }
    }

    /// Writes the receipt of an application.
    pub(super) fn write(&self, host: &Host, places: &AppPlaces) -> Result<(), AppError> {
        let text = toml::to_string(self).map_err(|source| AppError::Unwritable { what: "receipt", source })?;
        Ok(host.files.write_atomic(&places.receipt(), text.as_bytes())?)
    }
}
