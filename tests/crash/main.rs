//! Kills the executable wherever it can be killed, fills its disks, crowds its home, cuts its power: an application is
//! the old generation or the new one, a retry succeeds, and nothing is left behind.
//!
//! Needs the feature `checkpoints`. The long form, with `KINGBOLT_TEST_DEEP` set, is what `scripts/check --deep` runs.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    reason = "tests prepare the machine for the executable and look at it afterwards"
)]
#![expect(clippy::print_stdout, reason = "they tell how often they killed")]
#![expect(clippy::expect_used, reason = "a test that cannot prepare its machine has failed")]

mod act;
mod apps;
mod crowd;
mod killed;
mod operations;
mod pythons;
mod random;
mod soak;
#[path = "../support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the other test binaries use the rest")]
mod support;
