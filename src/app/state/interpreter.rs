//! The interpreter for an application: the newest one that the newest release of the package runs on; and what became of
//! one that was chosen.

use crate::host::{Host, Interrupted, Silent};
use crate::index::File;
use crate::platform::Tags;
use crate::python::{self, Interpreter, PythonRequest};
use crate::vocab::{Version, VersionSpecifiers, admits, admits_python};

use crate::app::Places;
use crate::app::state::generation::PythonFacts;

/// Finds the interpreter, best first, that the newest admissible release has a wheel for. `requires_python` tells
/// what a file whose index does not say so requires; `None` when that cannot be found out.
///
/// Without such an interpreter the answer is `None`: resolution then explains why there is none.
pub(in crate::app) fn newest_that_fits<'a>(
    found: &'a [Interpreter],
    files: &[File],
    specifiers: &VersionSpecifiers,
    requires_python: impl Fn(&File) -> Option<VersionSpecifiers>,
) -> Option<&'a Interpreter> {
    let tags: Vec<Tags> = found.iter().map(Interpreter::tags).collect();
    let versions = versions(files, specifiers);
    let first = versions.iter().find_map(|version| {
        let candidates: Vec<&File> = files.iter().filter(|file| file.name.version() == *version).collect();
        found.iter().zip(&tags).find(|(interpreter, tags)| {
            candidates.iter().any(|file| {
                let fits = file.name.wheel().is_some_and(|wheel| tags.rank(wheel).is_some());
                fits && file
                    .requires_python
                    .clone()
                    .or_else(|| requires_python(file))
                    .is_none_or(|requires| admits_python(&requires, &interpreter.version))
            })
        })
    });
    first.map(|(interpreter, _)| interpreter)
}

/// What became of the interpreter that a generation was made with.
#[derive(Clone, Debug)]
pub(in crate::app) enum Standing {
    Stands(Box<Interpreter>),
    /// It is no longer what it was, and why.
    Lost(String),
}

/// Says that the interpreter of a generation is not there any more, which needs no look at what stands there.
pub(in crate::app) fn gone(host: &Host, facts: &PythonFacts) -> Option<String> {
    let path = &facts.executable;
    (!host.files.is_file(path)).then(|| format!("its Python at {} no longer exists", path.display()))
}

/// Looks whether the interpreter of a generation is still there and still the same, but for patch releases.
pub(in crate::app) fn standing(host: &Host, places: &Places, facts: &PythonFacts) -> Result<Standing, Interrupted> {
    let path = &facts.executable;
    if let Some(gone) = gone(host, facts) {
        return Ok(Standing::Lost(gone));
    }
    let request = PythonRequest::Path(path.clone());
    let discovery = python::discover(host, &request, &places.cache_dir, &Silent)?;
    let found = discovery.found.into_iter().chain(discovery.others).next();
    Ok(match (found, discovery.skipped.first()) {
        (Some(found), _) if found.identity() == facts.identity => Standing::Stands(Box::new(found)),
        (Some(found), _) => Standing::Lost(format!("{} is now a different Python: {found}", path.display())),
        (None, Some(skipped)) => Standing::Lost(format!("its Python does not work: {skipped}")),
        (None, None) => Standing::Lost(format!("its Python at {} does not work", path.display())),
    })
}

/// The versions worth considering, newest first: those that the specifiers admit, yanked ones and pre-releases left
/// out where there is anything else.
fn versions<'a>(files: &'a [File], specifiers: &VersionSpecifiers) -> Vec<&'a Version> {
    let admitted = files.iter().filter(|file| admits(specifiers, file.name.version()));
    let mut versions: Vec<(bool, &Version)> = admitted
        .map(|file| {
            let doubtful = file.yanked.is_some() || file.name.version().any_prerelease();
            (!doubtful, file.name.version())
        })
        .collect();
    versions.sort();
    versions.dedup();
    versions.into_iter().rev().map(|(_, version)| version).collect()
}
