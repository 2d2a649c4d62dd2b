//! The integrity of a generation: all of its files compared with its record.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::host::{Boot, Host};
use crate::store::{Difference, Expected, Inspector, files_below, is_bytecode, relative};
use crate::wheel::{FileMode, RecordHash, installed_rows};

use crate::app::error::AppError;

use super::context::Context;
use super::generation::{Generation, GenerationRecord, InstalledWheel};
use super::interpreter::{self, Standing};
use super::inventory::OwnEntry;
use super::records::{self, COMPLETE};

/// Returns true if the files of a generation are on the disk as they were written: they were synced, or the machine has
/// run ever since, or they are compared now, once.
pub(in crate::app) fn is_intact(host: &Host, generation: &Generation) -> Result<bool, AppError> {
    let Some(boot) = &generation.record.unsynced_since else { return Ok(true) };
    if boot.is_same_run(host.boot()) {
        return Ok(true);
    }
    Ok(check(host, generation, &Inspector::new(host))?.is_empty())
}

/// The differences between all files of a generation and its record, compared now. If there are none, no loss of power
/// before today counts any more.
pub(in crate::app) fn check(
    host: &Host,
    generation: &Generation,
    inspector: &Inspector<'_>,
) -> Result<Vec<Difference>, AppError> {
    let differences = differences(host, generation, inspector)?;
    let is_of_earlier_boot = |boot: &Boot| !boot.is_same_run(host.boot());
    if differences.is_empty() && generation.record.unsynced_since.as_ref().is_some_and(is_of_earlier_boot) {
        let record = GenerationRecord { unsynced_since: None, ..generation.record.clone() };
        // A home that cannot be written is compared again the next time.
        let _ = records::write_record(host, &generation.record_path, &record);
    }
    Ok(differences)
}

/// Returns true if a generation can be used, as far as that shows without reading all of it.
pub(in crate::app) fn is_usable(context: &Context<'_>, generation: &Generation) -> Result<bool, AppError> {
    let Context { host, directories, .. } = context;
    let python = &generation.record.python;
    Ok(matches!(interpreter::standing(host, directories, python)?, Standing::Present(_))
        && generation.has_commands(host)
        && is_intact(host, generation)?)
}

/// The differences between the files of a generation and its record. The bytecode of its modules is Python's own cache, and
/// not compared.
pub(in crate::app) fn differences(
    host: &Host,
    generation: &Generation,
    inspector: &Inspector<'_>,
) -> Result<Vec<Difference>, AppError> {
    let (expected, unlisted) = expected(host, generation)?;
    // Where a list is lost, nobody can tell which files were added.
    let is_tolerated = |path: &str| unlisted || path == COMPLETE || is_bytecode(path, &expected);
    inspector.begin(generation.record.app.as_str(), expected.len());
    let differences = inspector.compare(&generation.root, &expected, is_tolerated);
    inspector.end();
    Ok(differences?)
}

/// The bytecode that Python has cached in a generation, or that somebody put there for it to find.
pub(in crate::app) fn bytecode(host: &Host, generation: &Generation) -> Result<Vec<PathBuf>, AppError> {
    let (expected, _) = expected(host, generation)?;
    let mut found = files_below(host, &generation.root)?;
    found.retain(|path| {
        let name = relative(path, &generation.root);
        !expected.contains_key(&name) && is_bytecode(&name, &expected)
    });
    Ok(found)
}

/// The expected files of a generation by path, and true if the list of a wheel is lost.
fn expected(host: &Host, generation: &Generation) -> Result<(BTreeMap<String, Expected>, bool), AppError> {
    let mut expected = BTreeMap::new();
    let mut unlisted = false;
    for entry in &generation.record.own {
        match entry.clone() {
            OwnEntry::File { path, hash } => expected.insert(path, Expected::File { hash, mode: None }),
            OwnEntry::Link { path, target } => expected.insert(path, Expected::Link { target }),
        };
    }
    for wheel in &generation.record.wheels {
        let record = Expected::File { hash: wheel.record_hash.clone(), mode: None };
        expected.insert(wheel.record.clone(), record);
        match files_of(host, &generation.root, wheel)? {
            Some(files) => {
                let file = |(path, hash)| (path, Expected::File { hash, mode: None });
                expected.extend(files.into_iter().map(file));
            }
            None => unlisted = true,
        }
    }
    for command in &generation.record.commands {
        if let Some(Expected::File { mode, .. }) = expected.get_mut(&command.script) {
            *mode = Some(FileMode::Executable);
        }
    }
    Ok((expected, unlisted))
}

/// The files that the RECORD of a wheel lists, with their hashes; `None` if the RECORD itself was changed.
pub(in crate::app) fn files_of(
    host: &Host,
    root: &Path,
    wheel: &InstalledWheel,
) -> Result<Option<Vec<(String, RecordHash)>>, AppError> {
    let Some(bytes) = unchanged_record(host, root, wheel)? else { return Ok(None) };
    // `<library>/<name>.dist-info/RECORD`: rows are relative to the library.
    let library: Vec<&str> = wheel.record.rsplitn(3, '/').nth(2).unwrap_or_default().split('/').collect();
    let rows = installed_rows(&String::from_utf8_lossy(&bytes));
    let hashed = rows.into_iter().filter_map(|(path, hash)| Some((resolved(&library, &path), hash?)));
    Ok(Some(hashed.collect()))
}

/// The RECORD of a wheel; `None` if it is missing or not the one that was written.
pub(in crate::app) fn unchanged_record(
    host: &Host,
    root: &Path,
    wheel: &InstalledWheel,
) -> Result<Option<Vec<u8>>, AppError> {
    match host.files.read_if_present(&root.join(&wheel.record)) {
        Err(error) if error.is_of_another_kind() => Ok(None),
        read => Ok(read?.filter(|record| RecordHash::of(record) == wheel.record_hash)),
    }
}

/// A path relative to a directory, without `..`.
fn resolved(directory: &[&str], path: &str) -> String {
    let mut parts = directory.to_vec();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_record_are_relative_to_the_library() {
        let library = ["lib", "python3.12", "site-packages"];
        assert_eq!(resolved(&library, "demo/__init__.py"), "lib/python3.12/site-packages/demo/__init__.py");
        assert_eq!(resolved(&library, "../../../bin/demo"), "bin/demo");
    }
}
