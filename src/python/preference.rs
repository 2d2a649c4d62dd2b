//! The order of preference among interpreters.

use std::cmp::Reverse;

use super::{Interpreter, PythonRequest};
use crate::platform::Implementation;

/// Sorts the best to the front: releases before pre-releases, CPython before others, builds with the global lock
/// before free-threaded ones (a request for another kind has left only that kind), then the newest. Equal ones
/// stay in the order in which they were found.
pub(super) fn sort(interpreters: &mut [Interpreter]) {
    interpreters.sort_by_cached_key(|one| {
        (
            one.version.any_prerelease(),
            one.implementation != Implementation::CPython,
            one.free_threaded,
            one.debug,
            Reverse(one.version.clone()),
            Reverse(one.pointer_bits),
        )
    });
}

/// Separates the interpreters that a request admits from the others.
pub(super) fn partition(
    interpreters: Vec<Interpreter>,
    request: &PythonRequest,
) -> (Vec<Interpreter>, Vec<Interpreter>) {
    interpreters.into_iter().partition(|interpreter| request.admits(interpreter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_release_of_cpython_with_the_global_lock_comes_first() {
        let kinds = |version, executable, implementation, free_threaded| Interpreter {
            implementation,
            free_threaded,
            ..Interpreter::sample(version, executable)
        };
        let mut interpreters = vec![
            kinds("3.15.0a1", "pre", Implementation::CPython, false),
            kinds("3.10.16", "pypy", Implementation::PyPy, false),
            kinds("3.9.1", "old", Implementation::CPython, false),
            kinds("3.14.1", "threads", Implementation::CPython, true),
            kinds("3.13.1", "first", Implementation::CPython, false),
            kinds("3.13.1", "second", Implementation::CPython, false),
            kinds("3.13.10", "new", Implementation::CPython, false),
        ];
        sort(&mut interpreters);
        let order: Vec<&str> = interpreters.iter().filter_map(|one| one.executable.to_str()).collect();
        assert_eq!(order, ["new", "first", "second", "old", "threads", "pypy", "pre"]);
    }
}
