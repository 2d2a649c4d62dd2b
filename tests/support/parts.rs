//! Parts that a test needs from the machine, such as a Python or a shell.
#![expect(clippy::disallowed_methods, reason = "only tests use it")]

use std::env;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::thread;

/// Set where tests that lack a part may be skipped.
const ALLOW_SKIP: &str = "KINGBOLT_TEST_ALLOW_SKIP";

/// Names the file in which skipped tests are listed, one a line.
const SKIPPED: &str = "KINGBOLT_TEST_SKIPPED";

/// Fails the test, because the machine lacks a part that it needs. Where that is allowed, lists the test as skipped
/// instead: the caller has to leave it out.
#[track_caller]
pub(crate) fn missing<T>(part: &str) -> Option<T> {
    assert!(env::var_os(ALLOW_SKIP).is_some(), "{part}; to skip tests that lack a part, set {ALLOW_SKIP}=yes");
    skip(part);
    None
}

/// Lists the test as skipped, or as done in part.
pub(crate) fn skip(reason: &str) {
    let current = thread::current();
    let line = format!("skipped: {}: {reason}\n", current.name().unwrap_or("a thread"));
    // Past the capture of the test harness, which would swallow it.
    let _ = io::stderr().write_all(line.as_bytes());
    if let Some(path) = env::var_os(SKIPPED) {
        let list = OpenOptions::new().create(true).append(true).open(path);
        list.and_then(|mut list| list.write_all(line.as_bytes())).expect("the list of skipped tests can be written");
    }
}
