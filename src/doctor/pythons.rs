//! The interpreters of the machine, and the use of each.

use std::path::Path;

use super::facts::{PythonFacts, PythonStatus};
use crate::python::{Discovery, Interpreter, PythonSource, Skipped};

/// The results of a search for any Python: usable interpreters first, best first. `default` is the path of the one that
/// requests use which name none.
pub(super) fn pythons(
    discovery: &Discovery,
    default: Option<&Path>,
    source: impl Fn(&Path) -> PythonSource,
) -> Vec<PythonFacts> {
    let facts = |interpreter: &Interpreter, status| facts(interpreter, source(&interpreter.executable), status);
    let status = |interpreter: &Interpreter| {
        let is_default = Some(interpreter.executable.as_path()) == default;
        if is_default { PythonStatus::Default } else { PythonStatus::Usable }
    };
    let usable = discovery.found.iter().map(|interpreter| facts(interpreter, status(interpreter)));
    let excluded = discovery.excluded.iter().map(|interpreter| PythonFacts {
        problem: Some("the settings exclude it".to_owned()),
        ..facts(interpreter, PythonStatus::Excluded)
    });
    usable.chain(excluded).chain(discovery.skipped.iter().map(skipped)).collect()
}

fn facts(interpreter: &Interpreter, source: PythonSource, status: PythonStatus) -> PythonFacts {
    let mut kind = interpreter.implementation.to_string();
    if interpreter.free_threaded {
        kind.push_str(", free-threaded");
    }
    if interpreter.debug {
        kind.push_str(", debug build");
    }
    PythonFacts {
        path: interpreter.executable.clone(),
        version: Some(interpreter.version.to_string()),
        kind: Some(kind),
        platform: Some(interpreter.platform.to_string()),
        source: Some(source.name()),
        status,
        problem: None,
    }
}

fn skipped(skipped: &Skipped) -> PythonFacts {
    PythonFacts {
        path: skipped.path.clone(),
        version: None,
        kind: None,
        platform: None,
        source: None,
        status: PythonStatus::Unusable,
        problem: Some(skipped.problem()),
    }
}
