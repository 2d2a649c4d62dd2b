//! The wheel tags of every Python of this machine, beside `packaging.tags` run by that Python.

use std::path::PathBuf;

use kingbolt::host::{Host, Silent};
use kingbolt::python::{Interpreter, PythonRequest, Search, discover};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::support::{Machine, Python, missing};
use crate::tools::{Tools, ask, tell};

#[derive(Serialize)]
struct Question {
    packaging: [PathBuf; 3],
}

#[derive(Deserialize)]
struct Answer {
    packaging: String,
    tags: Vec<String>,
}

#[test]
fn tags_of_every_python_are_those_of_packaging() {
    let Some(tools) = Tools::find() else { return };
    let question = Question { packaging: [tools.interpreter().purelib, tools.at("python3.9"), tools.at("python3.8")] };
    for interpreter in interpreters() {
        let mut expected: Answer = ask(&interpreter.executable, "tags.py", &question);
        let mut tags: Vec<String> = interpreter.tags().iter().map(|tag| tag.to_string()).collect();
        // The last one that Python 3.8 can read prefers `manylinux` to `linux`; all that came later do not.
        if expected.packaging == "26.2" {
            expected.tags.sort();
            tags.sort();
        }
        tell(&format!("{} tags of {interpreter}", tags.len()));
        assert_eq!(tags, expected.tags, "{interpreter}");
    }
}

#[test]
fn doctor_tells_the_tags_of_packaging() {
    let Some((tools, python)) = Tools::find().zip(Python::newest()) else { return };
    let machine = Machine::new().with_python(python);
    let document = machine.kingbolt(["doctor", "--json", "--offline", "-v"]).json();
    let question = Question { packaging: [tools.interpreter().purelib, tools.at("python3.9"), tools.at("python3.8")] };
    let expected: Answer = ask(&python.executable, "tags.py", &question);
    let tags: Vec<&str> = document["tags"].as_array().into_iter().flatten().filter_map(|tag| tag.as_str()).collect();
    assert_eq!(tags, expected.tags);
}

/// All of them that Kingbolt finds.
pub(crate) fn interpreters() -> Vec<Interpreter> {
    let cache = TempDir::new().expect("a temporary directory");
    let search = Search { cache_dir: Some(cache.path()), ..Search::default() };
    let discovery = discover(&Host::real(), &PythonRequest::Any, &search, &Silent).expect("nobody interrupts it");
    if discovery.found.is_empty() {
        return missing("no Python from 3.8 on is installed (apt-get install python3)").unwrap_or_default();
    }
    discovery.found
}
