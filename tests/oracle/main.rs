//! Compares Kingbolt with the tools that people know, which are pinned in `tools.txt`: same input, same result, or a
//! difference that is listed with its reason. Where a tool, a Python or the network is missing, says so and passes.
//!
//! The long form, with `KINGBOLT_TEST_DEEP` set, is what `scripts/check --deep` runs.
#![expect(
    clippy::disallowed_methods,
    reason = "tests prepare the machine for the executable and look at it afterwards"
)]
#![expect(clippy::expect_used, reason = "a test that cannot prepare its machine has failed")]

mod difference;
mod metadata;
#[path = "../it/support/python.rs"]
#[allow(dead_code, reason = "the other test binaries use the rest")]
mod python;
mod tags;
mod tools;
mod vocabulary;
