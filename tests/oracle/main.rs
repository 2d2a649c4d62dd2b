//! Compares Kingbolt with the tools that people know, which are pinned in `tools.txt`: same input, same result, or a
//! difference that is listed with its reason.
//!
//! The long form, with `KINGBOLT_TEST_DEEP` set, is what `scripts/check --deep` runs. On Windows none of it runs.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests prepare the machine for the executable and look at it afterwards"
)]
#![expect(clippy::expect_used, reason = "a test that cannot prepare its machine has failed")]

mod difference;
mod environments;
mod metadata;
mod resolutions;
mod samples;
mod shells;
mod signatures;
#[path = "../support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the other test binaries use the rest")]
mod support;
mod tags;
mod tools;
mod tree;
mod trees;
mod vocabulary;

#[test]
fn every_meant_difference_is_told_with_its_reason() {
    let document = include_str!("../../docs/oracles.md");
    let lists = [environments::MEANT, metadata::MEANT, trees::MEANT, trees::MEANT_OF_EVERYTHING, vocabulary::MEANT];
    let untold: Vec<&str> =
        lists.concat().into_iter().map(|meant| meant.reason).filter(|reason| !document.contains(reason)).collect();
    assert_eq!(untold, Vec::<&str>::new());
}
