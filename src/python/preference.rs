//! The order of preference among interpreters.

use std::cmp::Reverse;

use serde::Serialize;

use super::{Interpreter, PythonRequest, PythonSource};
use crate::platform::Implementation;

/// The origins of interpreters to take, and those to take first. The names are those of uv.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PythonPreference {
    /// Managed ones before others.
    Managed,
    OnlyManaged,
    OnlySystem,
    /// Others before managed ones.
    #[default]
    System,
}

/// An interpreter with its origin.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Sourced {
    pub(super) interpreter: Interpreter,
    pub(super) source: PythonSource,
}

/// The interpreters of a search, each list with the best first.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Ranked {
    /// Those to use.
    pub(super) found: Vec<Interpreter>,
    /// Those that the request does not admit.
    pub(super) others: Vec<Interpreter>,
    /// Those that the request admits, and the preference does not.
    pub(super) excluded: Vec<Interpreter>,
}

impl PythonPreference {
    pub const ALL: &[Self] = &[Self::OnlySystem, Self::System, Self::Managed, Self::OnlyManaged];

    /// The value of options and settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Managed => "managed",
            Self::OnlyManaged => "only-managed",
            Self::OnlySystem => "only-system",
            Self::System => "system",
        }
    }

    /// The preference with a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|preference| preference.name() == name)
    }

    /// True if interpreters of an origin may be used.
    pub fn admits(self, source: PythonSource) -> bool {
        match (self, source) {
            (Self::OnlyManaged, PythonSource::Managed) | (Self::Managed | Self::System, _) => true,
            (Self::OnlySystem, source) => source != PythonSource::Managed,
            (Self::OnlyManaged, PythonSource::System | PythonSource::Transient(_)) => false,
        }
    }

    /// The place of an origin: the lowest comes first.
    fn rank(self, source: PythonSource) -> u8 {
        match (self, source) {
            (Self::Managed | Self::OnlyManaged, PythonSource::Managed) => 0,
            (_, PythonSource::System) => 1,
            (Self::OnlySystem | Self::System, PythonSource::Managed) => 2,
            (_, PythonSource::Transient(_)) => 3,
        }
    }
}

/// Sorts the best to the front: releases before pre-releases, CPython before others, builds with the global lock
/// before free-threaded ones (a request for another kind has left only that kind), then the preferred origin, then the
/// newest. Equal ones stay in the order in which they were found.
pub(super) fn sort(interpreters: &mut [Sourced], preference: PythonPreference) {
    interpreters.sort_by_cached_key(|Sourced { interpreter: one, source }| {
        (
            one.version.any_prerelease(),
            one.implementation != Implementation::CPython,
            one.free_threaded,
            one.debug,
            preference.rank(*source),
            Reverse(one.version.clone()),
            Reverse(one.pointer_bits),
        )
    });
}

/// Separates the interpreters to use from the others. One that the request names is used whatever its origin.
pub(super) fn rank(mut interpreters: Vec<Sourced>, request: &PythonRequest, preference: PythonPreference) -> Ranked {
    sort(&mut interpreters, preference);
    let is_named = matches!(request, PythonRequest::Command(_) | PythonRequest::Path(_));
    let mut ranked = Ranked::default();
    for Sourced { interpreter, source } in interpreters {
        let list = match (request.admits(&interpreter), is_named || preference.admits(source)) {
            (true, true) => &mut ranked.found,
            (true, false) => &mut ranked.excluded,
            (false, _) => &mut ranked.others,
        };
        list.push(interpreter);
    }
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::Owner;

    fn names(interpreters: &[Interpreter]) -> Vec<&str> {
        interpreters.iter().filter_map(|one| one.executable.to_str()).collect()
    }

    #[test]
    fn the_newest_release_of_cpython_with_the_global_lock_comes_first() {
        let kinds = |version, executable, implementation, free_threaded| Sourced {
            interpreter: Interpreter { implementation, free_threaded, ..Interpreter::sample(version, executable) },
            source: PythonSource::System,
        };
        let interpreters = vec![
            kinds("3.15.0a1", "pre", Implementation::CPython, false),
            kinds("3.10.16", "pypy", Implementation::PyPy, false),
            kinds("3.9.1", "old", Implementation::CPython, false),
            kinds("3.14.1", "threads", Implementation::CPython, true),
            kinds("3.13.1", "first", Implementation::CPython, false),
            kinds("3.13.1", "second", Implementation::CPython, false),
            kinds("3.13.10", "new", Implementation::CPython, false),
        ];
        let ranked = rank(interpreters, &PythonRequest::Any, PythonPreference::System);
        assert_eq!(names(&ranked.found), ["new", "first", "second", "old", "threads", "pypy", "pre"]);
    }

    #[test]
    fn the_origin_comes_before_the_version() {
        let sourced =
            |version, executable, source| Sourced { interpreter: Interpreter::sample(version, executable), source };
        let all = || {
            vec![
                sourced("3.14.1", "conda", PythonSource::Transient(Owner::Conda)),
                sourced("3.13.5", "managed", PythonSource::Managed),
                sourced("3.11.2", "usr", PythonSource::System),
                sourced("3.10.1", "old", PythonSource::System),
            ]
        };
        for (request, preference, found, excluded) in [
            ("", PythonPreference::System, "usr old managed conda", ""),
            ("", PythonPreference::Managed, "managed usr old conda", ""),
            ("", PythonPreference::OnlySystem, "usr old conda", "managed"),
            ("", PythonPreference::OnlyManaged, "managed", "usr old conda"),
            (">=3.13", PythonPreference::System, "managed conda", ""),
            (">=3.13", PythonPreference::OnlySystem, "conda", "managed"),
            ("3.11", PythonPreference::OnlyManaged, "", "usr"),
            // One that is named is wanted.
            ("/any/path", PythonPreference::OnlyManaged, "managed usr old conda", ""),
        ] {
            let request = if request.is_empty() { PythonRequest::Any } else { PythonRequest::parse(request).unwrap() };
            let ranked = rank(all(), &request, preference);
            let shown = [&ranked.found, &ranked.excluded].map(|list| names(list).join(" "));
            assert_eq!(shown, [found, excluded], "{request} {preference:?}");
        }
    }
}
