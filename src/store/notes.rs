//! Notes about stored wheels: one line each, in a file of the wheel's entry, so that they go when the wheel goes. The store
//! gives them no meaning.

use crate::host::{FileError, Host};

use super::entry_name::is_entry_name;
use super::{Store, StoredWheel};

/// The file of an entry that holds its notes.
pub(super) const NOTES: &str = "notes";

impl Store {
    /// The notes about all wheels.
    pub fn notes(&self, host: &Host) -> Result<Vec<String>, FileError> {
        let mut notes = Vec::new();
        for entry in host.files.list(self.root())? {
            if entry.file_name().and_then(|name| name.to_str()).is_some_and(is_entry_name) {
                let bytes = host.files.read_if_present(&entry.join(NOTES))?.unwrap_or_default();
                notes.extend(String::from_utf8_lossy(&bytes).lines().map(str::to_owned));
            }
        }
        Ok(notes)
    }
}

impl StoredWheel {
    /// Adds a note without line breaks, unless it is there. After a loss of power, all notes may be gone or damaged.
    pub fn add_note(&self, host: &Host, note: &str) -> Result<(), FileError> {
        let path = self.directory().join(NOTES);
        let bytes = host.files.read_if_present(&path)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        if text.lines().any(|line| line == note) {
            return Ok(());
        }
        host.files.write_unsynced(&path, format!("{text}{note}\n").as_bytes())
    }
}
