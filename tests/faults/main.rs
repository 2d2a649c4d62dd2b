//! Real file systems that are small, odd or unreliable, and a power supply that fails: an application is the old
//! generation or the new one and works, or is told as damaged and mended, and nothing is left behind.
//!
//! Linux only: mounts need root, recordings need strace. The long form, with
//! `KINGBOLT_TEST_DEEP` set, is what `scripts/check --deep` runs.
#![cfg(target_os = "linux")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests prepare the machine for the executable and look at it afterwards"
)]
#![expect(clippy::expect_used, reason = "a test that cannot prepare its machine has failed")]

mod disk;
mod full;
mod large;
mod locks;
mod model;
mod noexec;
mod odd;
mod power;
mod preflight;
mod recording;
#[path = "../support/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the other test binaries use the rest")]
mod support;
mod trace;

/// Whether every step is to be tried, not a sample.
fn is_deep() -> bool {
    std::env::var_os("KINGBOLT_TEST_DEEP").is_some()
}

/// Says how often something was tried, for whoever asks with `--nocapture`.
#[expect(clippy::print_stdout, reason = "docs/reliability.md has these numbers")]
fn counted(what: &str, count: u64) {
    println!("{what}: {count}");
}
