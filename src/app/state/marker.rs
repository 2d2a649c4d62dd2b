//! The markers of Kingbolt's directories. A home and a cache are ours only if they hold one: nothing is written to, or
//! removed from, a directory of somebody else, whatever a variable says. Decides nothing about what lies beside a marker.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::app::error::AppError;
use crate::host::{FileKind, Host, random_id, staged_for};

use super::marked_directory::MarkedDirectory;
use super::schema::check_schema;

/// The newest form of a marker that this version reads, and the one it writes.
const SCHEMA: u32 = 1;

/// The most bytes of a marker. A longer file is not one of ours.
const LONGEST: u64 = 4 << 10;

/// The directory that `fsck` makes in the root of a file system.
const LOST_AND_FOUND: &str = "lost+found";

/// The content of a marker.
#[derive(Debug, Deserialize, Serialize)]
struct Marker {
    schema: u32,
    /// Random, so that no two directories have the same.
    id: String,
}

/// The owner of a directory that a setting names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(in crate::app) enum Ownership {
    /// It does not exist, or holds nothing.
    Empty,
    /// It has our marker, or is one of version 0.1.0, which wrote none.
    Ours,
    /// It holds something that we did not make.
    Theirs { entry: PathBuf },
}

impl MarkedDirectory {
    /// Returns true if a directory has the marker.
    ///
    /// # Errors
    /// [`AppError::NewerSchema`] when a newer version wrote it.
    pub(in crate::app) fn is_marked(self, host: &Host, directory: &Path) -> Result<bool, AppError> {
        let path = directory.join(self.marker());
        if host.files.kind(&path)? != Some(FileKind::File) {
            return Ok(false);
        }
        let text = match host.files.read_at_most(&path, LONGEST) {
            Err(error) if error.is_of_another_kind() => return Ok(false),
            read => String::from_utf8_lossy(&read?).into_owned(),
        };
        match check_schema(&path, &text, SCHEMA) {
            Err(AppError::Malformed { .. }) => return Ok(false),
            checked => checked?,
        }
        let marker = toml::from_str::<Marker>(&text);
        Ok(marker.is_ok_and(|marker| is_id(&marker.id)))
    }

    /// Writes the marker into a directory, which is created if missing.
    pub(in crate::app) fn mark(self, host: &Host, directory: &Path) -> Result<(), AppError> {
        let marker = Marker { schema: SCHEMA, id: random_id() };
        let text = toml::to_string(&marker).map_err(|source| AppError::Unwritable { what: "marker", source })?;
        let path = directory.join(self.marker());
        match host.files.write_atomic(&path, text.as_bytes()) {
            // Another process removed the unfinished marker, or the directory, which was empty.
            Err(error) if error.source.kind() == ErrorKind::NotFound => {
                Ok(host.files.write_atomic(&path, text.as_bytes())?)
            }
            written => Ok(written?),
        }
    }

    /// Removes markers that killed processes left unfinished. A process that is writing one then fails, and tries again.
    pub(in crate::app) fn clear_unfinished(self, host: &Host, directory: &Path) {
        for entry in host.files.list(directory).unwrap_or_default() {
            let name = entry.file_name().and_then(|name| name.to_str());
            if name.and_then(staged_for) == Some(self.marker()) {
                // One that cannot be removed does no harm.
                let _ = host.files.remove_file(&entry);
            }
        }
    }

    /// Removes the directory if it holds nothing but its marker. If something is written into it meanwhile, the marker
    /// is written again.
    pub(in crate::app) fn remove_if_empty(self, host: &Host, directory: &Path) {
        self.clear_unfinished(host, directory);
        let marker = directory.join(self.marker());
        let Ok(entries) = host.files.list(directory) else { return };
        if entries.iter().all(|entry| *entry == marker) {
            // The error of an earlier step is the one to report, and an empty directory does no harm.
            let _ = host.files.remove_file(&marker);
            let _ = host.files.remove_dir(directory);
            // A mount point stays, and needs no marker.
            if host.files.list(directory).is_ok_and(|entries| !entries.is_empty()) {
                let _ = self.mark(host, directory);
            }
        }
    }
}

/// Returns true for the identifier of a marker.
pub(in crate::app) fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns true for a directory that a file system has of its own accord.
pub(in crate::app) fn is_lost_and_found(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == LOST_AND_FOUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_counts_if_it_is_one_of_ours() {
        let (host, root) = (Host::real(), tempfile::tempdir().unwrap());
        let (home, path) = (MarkedDirectory::Home, root.path().join("kingbolt-home"));
        assert!(!home.is_marked(&host, root.path()).unwrap());
        home.mark(&host, root.path()).unwrap();
        assert!(home.is_marked(&host, root.path()).unwrap());
        assert!(!MarkedDirectory::Cache.is_marked(&host, root.path()).unwrap());
        let id = "0123456789abcdef0123456789abcdef";
        for (text, is_marked) in [
            (format!("schema = 1\nid = \"{id}\"\n"), true),
            (format!("schema = 1\nid = \"{id}0\"\n"), false),
            (format!("id = \"{id}\"\n"), false),
            ("schema = 1\n".to_owned(), false),
            (String::new(), false),
            (format!("{:4096}", format!("schema = 1\nid = \"{id}\"\n")), true),
            (format!("{:4097}", format!("schema = 1\nid = \"{id}\"\n")), false),
        ] {
            host.files.write_atomic(&path, text.as_bytes()).unwrap();
            assert_eq!(home.is_marked(&host, root.path()).unwrap(), is_marked, "{text}");
        }
        host.files.write_atomic(&path, format!("schema = 2\nid = \"{id}\"\n").as_bytes()).unwrap();
        assert!(matches!(home.is_marked(&host, root.path()), Err(AppError::NewerSchema { schema: 2, .. })));
    }

    #[test]
    fn a_directory_goes_with_its_marker_unless_it_holds_something_else() {
        let (host, root) = (Host::real(), tempfile::tempdir().unwrap());
        let directory = root.path().join("cache");
        MarkedDirectory::Cache.mark(&host, &directory).unwrap();
        host.files.write_new(&directory.join("letter"), b"", 0o666).unwrap();
        MarkedDirectory::Cache.remove_if_empty(&host, &directory);
        assert!(MarkedDirectory::Cache.is_marked(&host, &directory).unwrap());
        host.files.remove_file(&directory.join("letter")).unwrap();
        MarkedDirectory::Cache.remove_if_empty(&host, &directory);
        assert_eq!(host.files.kind(&directory).unwrap(), None);
    }
}
