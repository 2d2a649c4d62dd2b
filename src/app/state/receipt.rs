//! The receipt: the request for an app and the history of its generations. Derived from the generations and never the only copy.

use serde::{Deserialize, Serialize};

use crate::host::{Host, checkpoint};
use crate::vocab::{Timestamp, Version};

use crate::app::error::AppError;
use crate::app::request::Request;

use super::directories::AppDirectories;
use super::generation::Generation;
use super::name::AppName;
use super::schema::check_schema;

/// The newest form of the receipt that this version reads, and the one it writes.
pub(in crate::app) const SCHEMA: u32 = 1;

/// The receipt of an app.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(in crate::app) struct Receipt {
    pub schema: u32,
    pub app: AppName,
    pub current: String,
    /// The generation that was current before, which is the one to go back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    pub request: Request,
    pub history: Vec<HistoryEntry>,
}

/// One generation that still exists.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(in crate::app) struct HistoryEntry {
    pub generation: String,
    pub version: Version,
    pub created: Timestamp,
}

impl Receipt {
    /// The receipt that follows from the generations, of which one is current and one was current before.
    pub(in crate::app) fn of(current: &Generation, previous: Option<&Generation>, generations: &[Generation]) -> Self {
        let entry = |generation: &Generation| HistoryEntry {
            generation: generation.name.directory(),
            version: generation.record.version.clone(),
            created: generation.record.created,
        };
        Self {
            schema: SCHEMA,
            app: current.record.app.clone(),
            current: current.name.directory(),
            previous: previous.map(|previous| previous.name.directory()),
            request: current.record.request.clone(),
            history: generations.iter().map(entry).collect(),
        }
    }

    /// Reads the receipt of an app; `None` if it is missing or damaged: it is then written again.
    ///
    /// # Errors
    /// [`AppError::NewerSchema`] when a newer version wrote it: that one knows what we do not.
    pub(in crate::app) fn read(host: &Host, directories: &AppDirectories) -> Result<Option<Self>, AppError> {
        let path = directories.receipt();
        if host.files.is_dir(&path) {
            return Err(AppError::ForeignReceipt { path });
        }
        let bytes = match host.files.read_if_present(&path) {
            Err(error) if error.is_of_another_kind() => None,
            read => read?,
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let text = String::from_utf8_lossy(&bytes);
        match check_schema(&path, &text, SCHEMA) {
            Err(AppError::Malformed { .. }) => Ok(None),
            checked => checked.map(|()| toml::from_str(&text).ok()),
        }
    }

    /// Writes the receipt of an app.
    pub(in crate::app) fn write(&self, host: &Host, directories: &AppDirectories) -> Result<(), AppError> {
        let text = toml::to_string(self).map_err(|source| AppError::Unwritable { what: "receipt", source })?;
        host.files.write_atomic_with_mode(&directories.receipt(), text.as_bytes(), directories.record_mode())?;
        checkpoint("receipt written");
        Ok(())
    }
}
