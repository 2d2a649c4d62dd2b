//! Which of several interpreters to prefer.

use std::cmp::Reverse;

use super::{Interpreter, PythonRequest};
use crate::platform::Implementation;

/// Sorts the best to the front: releases before pre-releases, CPython before others, builds with the global lock
/// before free-threaded ones (a request for another kind has left only that kind), then the newest. What is equal
/// stays in the order in which it was found.
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

/// Divides into those that a request admits and the others.
pub(super) fn divide(interpreters: Vec<Interpreter>, request: &PythonRequest) -> (Vec<Interpreter>, Vec<Interpreter>) {
    interpreters.into_iter().partition(|interpreter| request.admits(interpreter))
}
