//! The interpreter for an app: the best one that the newest release of the package has a wheel for.

use crate::index::{File, FileName};
use crate::platform::Tags;
use crate::python::Interpreter;
use crate::resolve::SdistUse;
use crate::vocab::{Version, VersionSpecifiers, admits, admits_python};

/// Finds the interpreter, best first, that the newest admissible release has a wheel for, or
/// source code that may be built. `requires_python` finds
/// the requirement of a file whose index does not state it; `None` when that cannot be found out.
///
/// Without such an interpreter the answer is `None`: resolution then explains why there is none.
pub(in crate::app) fn newest_that_fits<'a>(
    found: &'a [Interpreter],
    files: &[File],
    specifiers: &VersionSpecifiers,
    sdist_use: SdistUse,
    requires_python: impl Fn(&File) -> Option<VersionSpecifiers>,
) -> Option<&'a Interpreter> {
    let tags: Vec<Tags> = found.iter().map(Interpreter::tags).collect();
    let versions = versions(files, specifiers);
    let first = versions.iter().find_map(|version| {
        let candidates: Vec<&File> = files.iter().filter(|file| file.name.version() == *version).collect();
        found.iter().zip(&tags).find(|(interpreter, tags)| {
            candidates.iter().any(|file| {
                let fits = match &file.name {
                    FileName::Sdist(sdist) => sdist_use == SdistUse::Build && sdist.can_be_unpacked(),
                    FileName::Wheel(wheel) => tags.rank(wheel).is_some(),
                };
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
