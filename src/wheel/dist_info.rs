//! Finds the `.dist-info` directory, and checks that it describes the requested wheel.

use std::collections::BTreeSet;

use crate::vocab::{PackageName, Tag, Version, WheelName, parse_version};

use super::entry_points::{self, InvalidLine};
use super::headers::Headers;
use super::wheel_file::{InvalidWheelFile, WheelFile};
use super::{EntryPoint, Root, WheelError};
use crate::archive::zip::{Archive, Entry, Source};

/// The largest file of `.dist-info` that is read into memory. A RECORD of 100,000 files has about 10 MiB.
const TEXT_LIMIT: u64 = 64 << 20;

/// The most commands of a wheel; each becomes a file.
const MAX_ENTRY_POINTS: usize = 10_000;

/// The content of `.dist-info` that an installer needs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct DistInfo {
    /// The directory's name.
    pub(super) directory: String,
    /// The project's name as METADATA spells it.
    pub(super) project: String,
    pub(super) root: Root,
    pub(super) entry_points: Vec<EntryPoint>,
    /// Deviations that are reported but do not prevent the installation.
    pub(super) notes: Vec<String>,
}

/// Reads METADATA of a wheel, and checks that it is this wheel's.
///
/// # Errors
/// If there is not exactly one `.dist-info`, or it describes another project or version.
#[cfg(any(test, fuzzing))]
pub fn metadata<S: Source>(archive: &Archive<S>, wheel: &WheelName) -> Result<Vec<u8>, WheelError> {
    let directory = directory(archive.entries(), wheel)?;
    let reader = Reader { archive, directory: &directory };
    let bytes = reader.bytes(reader.entry("METADATA")?)?;
    check_metadata(&String::from_utf8_lossy(&bytes), wheel)?;
    Ok(bytes)
}

impl DistInfo {
    /// Reads and checks WHEEL, METADATA and the entry points.
    pub(super) fn read<S: Source>(archive: &Archive<S>, wheel: &WheelName) -> Result<Self, WheelError> {
        let directory = directory(archive.entries(), wheel)?;
        let reader = Reader { archive, directory: &directory };
        let wheel_file = WheelFile::parse(&reader.text(reader.entry("WHEEL")?)?).map_err(|invalid| match invalid {
            InvalidWheelFile::Reason(reason) => WheelError::WheelFile { reason },
            InvalidWheelFile::Version(version) => WheelError::WheelVersion { version },
        })?;
        let metadata = reader.bytes(reader.entry("METADATA")?)?;
        let project = check_metadata(&String::from_utf8_lossy(&metadata), wheel)?;
        let invalid = |InvalidLine { line, reason }| WheelError::EntryPoint { line, reason };
        let entry_points = match archive.find(&format!("{directory}/entry_points.txt")) {
            Some(entry) => entry_points::parse(&reader.text(entry)?).map_err(invalid)?,
            None => Vec::new(),
        };
        if entry_points.len() > MAX_ENTRY_POINTS {
            return Err(WheelError::TooManyEntryPoints { limit: MAX_ENTRY_POINTS });
        }
        Ok(Self { project, root: wheel_file.root, entry_points, notes: notes(&wheel_file, wheel), directory })
    }

    /// Reads RECORD.
    pub(super) fn record<S: Source>(&self, archive: &Archive<S>) -> Result<String, WheelError> {
        let reader = Reader { archive, directory: &self.directory };
        reader.text(reader.entry("RECORD")?)
    }
}

struct Reader<'a, S> {
    archive: &'a Archive<S>,
    directory: &'a str,
}

impl<'a, S: Source> Reader<'a, S> {
    fn entry(&self, file: &'static str) -> Result<&'a Entry, WheelError> {
        let entry = self.archive.find(&format!("{}/{file}", self.directory));
        entry.ok_or(WheelError::Missing { missing: file })
    }

    fn text(&self, entry: &Entry) -> Result<String, WheelError> {
        String::from_utf8(self.bytes(entry)?).map_err(|_| Self::not_text(entry))
    }

    fn bytes(&self, entry: &Entry) -> Result<Vec<u8>, WheelError> {
        if entry.size > TEXT_LIMIT {
            return Err(Self::not_text(entry));
        }
        Ok(self.archive.read(entry, TEXT_LIMIT)?)
    }

    fn not_text(entry: &Entry) -> WheelError {
        WheelError::Text { path: entry.path.to_string(), limit: TEXT_LIMIT }
    }
}

/// The name of the only top-level `.dist-info` directory.
fn directory(entries: &[Entry], wheel: &WheelName) -> Result<String, WheelError> {
    let mut found: Option<&str> = None;
    for entry in entries {
        let Some((top, _)) = entry.path.as_str().split_once('/') else { continue };
        match found {
            _ if !top.ends_with(".dist-info") => {}
            None => found = Some(top),
            Some(first) if first == top => {}
            Some(first) => {
                let (first, second) = (first.to_owned(), top.to_owned());
                return Err(WheelError::SeveralDistInfo { first, second });
            }
        }
    }
    let Some(directory) = found else {
        return Err(WheelError::Missing { missing: "a .dist-info directory" });
    };
    if names_wheel(directory, wheel) {
        return Ok(directory.to_owned());
    }
    let found = directory.to_owned();
    Err(WheelError::OtherIdentity { place: "its .dist-info directory", found })
}

/// True if a directory's name is this wheel's name and version. Old wheels leave `-` unescaped in either part, so any
/// `-` may be the separator.
pub fn names_wheel(directory: &str, wheel: &WheelName) -> bool {
    let stem = directory.strip_suffix(".dist-info").unwrap_or(directory);
    stem.match_indices('-')
        .any(|(at, _)| is_name(&stem[..at], wheel) && is_version(&stem[at + 1..].replace('_', "-"), wheel))
}

/// Checks name and version; returns the name as METADATA spells it.
fn check_metadata(text: &str, wheel: &WheelName) -> Result<String, WheelError> {
    let headers = Headers::parse(text);
    let other = |found: String| WheelError::OtherIdentity { place: "its METADATA", found };
    let one = |field: &str| match headers.one(field) {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(other(format!("no {field}"))),
        Err(_) => Err(other(format!("two values of {field}"))),
    };
    let (name, version) = (one("Name")?, one("Version")?);
    if is_name(name, wheel) && is_version(version, wheel) {
        Ok(name.to_owned())
    } else {
        Err(other(format!("{name} {version}")))
    }
}

fn is_name(name: &str, wheel: &WheelName) -> bool {
    name.parse::<PackageName>().is_ok_and(|name| name == *wheel.name())
}

/// Compares versions. Builds of one version for several platforms may have a local version only in the file name, or
/// only in METADATA.
fn is_version(version: &str, wheel: &WheelName) -> bool {
    let public = |version: &Version| version.clone().without_local();
    parse_version(version).is_ok_and(|version| {
        version == *wheel.version() || public(&version) == *wheel.version() || version == public(wheel.version())
    })
}

fn notes(wheel_file: &WheelFile, wheel: &WheelName) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(version) = &wheel_file.newer {
        notes.push(format!("the wheel `{wheel}` has wheel format version {version}, which is newer than 1.0"));
    }
    let named: BTreeSet<Tag> = wheel.tags().collect();
    if wheel_file.tags.as_ref() != Some(&named) {
        notes.push(format!("the tags in WHEEL of `{wheel}` differ from its file name"));
    }
    notes
}
