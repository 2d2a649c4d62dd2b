//! Whether a generation is what was installed: all of its files compared with what is written down of them.

use std::collections::BTreeMap;

use crate::host::Host;
use crate::store::{Difference, Expected, Inspector, is_bytecode};
use crate::wheel::{FileMode, RecordHash, installed_rows};

use crate::app::AppError;
use crate::app::state::context::Context;
use crate::app::state::generation::{self, COMPLETE, Generation, InstalledWheel};
use crate::app::state::interpreter::{self, Standing};
use crate::app::state::inventory::OwnEntry;

/// Whether the files of a generation are on the disk as they were written: they were made sure of, or the machine has
/// run ever since, or they are compared now, once.
pub(in crate::app) fn is_trustworthy(host: &Host, generation: &Generation) -> Result<bool, AppError> {
    let Some(boot) = &generation.facts.unsynced_since else { return Ok(true) };
    if boot.is_same_run(host.boot()) {
        return Ok(true);
    }
    let is_whole = differences(host, generation, &Inspector::new(host))?.is_empty();
    if is_whole {
        let facts = generation::Complete { unsynced_since: None, ..generation.facts.clone() };
        // A home that cannot be written is compared anew the next time.
        let _ = generation::write_complete(host, &generation.root, &facts);
    }
    Ok(is_whole)
}

/// Whether a generation can be relied on, as far as that shows without reading all of it.
pub(in crate::app) fn works(context: &Context<'_>, generation: &Generation) -> Result<bool, AppError> {
    let Context { host, places, .. } = context;
    let python = &generation.facts.python;
    Ok(matches!(interpreter::standing(host, places, python)?, Standing::Stands(_))
        && generation.has_its_commands(host)
        && is_trustworthy(host, generation)?)
}

/// How the files of a generation differ from what was installed. Bytecode is Python's own cache, and no part of it.
pub(in crate::app) fn differences(
    host: &Host,
    generation: &Generation,
    inspector: &Inspector<'_>,
) -> Result<Vec<Difference>, AppError> {
    let (expected, unlisted) = expected(host, generation)?;
    // Where a list is lost, nobody can tell what is foreign.
    let is_tolerated = |path: &str| unlisted || path == COMPLETE || is_bytecode(path);
    Ok(inspector.compare(&generation.root, &expected, is_tolerated)?)
}

/// What has to stand in a generation, by path, and whether the list of a wheel is lost.
fn expected(host: &Host, generation: &Generation) -> Result<(BTreeMap<String, Expected>, bool), AppError> {
    let mut expected = BTreeMap::new();
    let mut unlisted = false;
    for entry in &generation.facts.own {
        match entry.clone() {
            OwnEntry::File { path, hash } => expected.insert(path, Expected::File { hash, mode: None }),
            OwnEntry::Link { path, target } => expected.insert(path, Expected::Link { target }),
        };
    }
    for wheel in &generation.facts.wheels {
        let record = Expected::File { hash: wheel.record_hash.clone(), mode: None };
        expected.insert(wheel.record.clone(), record);
        match files_of(host, generation, wheel)? {
            Some(files) => expected.extend(files),
            None => unlisted = true,
        }
    }
    for command in &generation.facts.commands {
        if let Some(Expected::File { mode, .. }) = expected.get_mut(&command.script) {
            *mode = Some(FileMode::Executable);
        }
    }
    Ok((expected, unlisted))
}

/// What the RECORD of a wheel lists; `None` where it is not what was written.
fn files_of(
    host: &Host,
    generation: &Generation,
    wheel: &InstalledWheel,
) -> Result<Option<Vec<(String, Expected)>>, AppError> {
    let bytes = host.files.read_if_present(&generation.root.join(&wheel.record))?.unwrap_or_default();
    if RecordHash::of(&bytes) != wheel.record_hash {
        return Ok(None);
    }
    // `<library>/<name>.dist-info/RECORD`: rows are relative to the library.
    let library: Vec<&str> = wheel.record.rsplitn(3, '/').nth(2).unwrap_or_default().split('/').collect();
    let rows = installed_rows(&String::from_utf8_lossy(&bytes));
    let hashed = rows.into_iter().filter_map(|(path, hash)| Some((path, hash?)));
    let expected = |(path, hash): (String, _)| (resolved(&library, &path), Expected::File { hash, mode: None });
    Ok(Some(hashed.map(expected).collect()))
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
